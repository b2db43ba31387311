package org.ebpf4j.program.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.program.SocketBuffer;
import org.ebpf4j.program.Xdp;
import org.ebpf4j.program.run.JvmProgram;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Programs for older kernels do on them what they do on the JVM.
@KernelTest
@RequiresKernel("5.10")
class TargetsOnLinuxTest {
  private static final byte[] PACKET = new byte[64];

  static {
    for (int i = 0; i < PACKET.length; i++) {
      PACKET[i] = (byte) (i * 37);
    }
  }

  @Test
  void runsWhatIsFor510() {
    equal(Targets.Of510.class);
  }

  @Test
  @RequiresKernel("6.1")
  void runsWhatIsFor61() {
    equal(Targets.Of61.class);
  }

  private static void equal(Class<?> type) {
    FirstPrograms.totals.put(2, new AtomicLong());
    FirstPrograms.counts.delete(5);
    FirstPrograms.sums.delete(1);
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(JavaPrograms.compile(type))) {
      for (var program : ThreeWays.programs(type)) {
        for (int length : new int[] {14, 20, 40, 64}) {
          var packet = java.util.Arrays.copyOf(PACKET, length);
          FirstPrograms.total = 7;
          if (object.spec().variables().stream().anyMatch(v -> v.name().equals("total"))) {
            object.variable("total").set(7);
          }
          assertThat(ThreeWays.on(object, program.getName(), packet))
              .as("%s of %d bytes", program.getName(), length)
              .isEqualTo(
                  (int) JvmProgram.of(type, program.getName()).run(arguments(program, packet)));
        }
      }
    }
  }

  private static Object[] arguments(Method program, byte[] packet) {
    if (program.getParameterCount() == 0) {
      return new Object[0];
    }
    return new Object[] {
      program.getParameterTypes()[0] == Xdp.class ? new Xdp(packet) : new SocketBuffer(packet)
    };
  }

  @Test
  void tracesWhatIsFor510() throws IOException {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(JavaPrograms.compile(Targets.Traced.class))) {
      object.variable("process").set(ProcessHandle.current().pid());
      try (var _ = object.program("called").attach();
          var _ = object.program("read").attach();
          var _ = object.program("enters").attach();
          var _ = object.program("probes").attach()) {
        assertThat(Files.readString(Path.of("/proc/self/comm"))).isNotEmpty();
      }
      for (var seen : new String[] {"calls", "reads", "entered", "probed"}) {
        assertThat(((Number) object.variable(seen).get()).longValue()).as(seen).isPositive();
      }
    }
  }
}
