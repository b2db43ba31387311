package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// What live objects say of themselves: kind, name, type, id, closed or not.
@KernelTest
class LiveObjectTextTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  @Test
  @Requires(Facility.TRACEFS)
  void objectsProgramsAndLinks() {
    var object = kernel.load(ObjectSpec.read(TestObjects.example("hello/hello.bpf.o")));
    var program = object.program("hello");
    var link = program.attach();
    assertThat(kernel).asString().startsWith("the kernel of this machine, Linux ");
    assertThat(object).asString().matches("object 'hello' \\(1 programs?, \\d maps?\\)");
    assertThat(program).hasToString("program 'hello' (tracepoint, id " + program.id() + ")");
    assertThat(program.info().programType()).contains(ProgramType.TRACEPOINT);
    assertThat(link)
        .asString()
        .matches(
            "the link of 'hello' to tracepoint/syscalls/sys_enter_execve"
                + " \\((perf_event, id \\d+|no link object)\\)");
    link.close();
    object.close();
    assertThat(link).asString().endsWith("(closed)");
    assertThat(program).asString().endsWith(", closed)");
    assertThat(object).asString().endsWith(", closed)");
  }

  @Test
  @RequiresKernel(value = "5.8", because = "of ring buffers")
  void mapsAndRings() {
    var map = kernel.createMap(MapSpec.of("events", MapType.RINGBUF, 0, 0, 4096));
    var ring = map.ringBuffer();
    assertThat(map).hasToString("map 'events' (ringbuf, id " + map.id() + ")");
    assertThat(map.info().mapType()).contains(MapType.RINGBUF);
    assertThat(map.info().flagLabels()).isEmpty();
    assertThat(ring).hasToString("ring buffer 'events' (4096 bytes)");
    ring.close();
    map.close();
    assertThat(ring).hasToString("ring buffer 'events' (4096 bytes, closed)");
    assertThat(map).asString().endsWith(", closed)");
  }

  @Test
  void sockets() {
    try (var socket = kernel.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      assertThat(socket)
          .asString()
          .startsWith("socket listening on ")
          .contains(":" + socket.address().getPort())
          .endsWith("(fd " + socket.fd() + ")");
    }
  }
}
