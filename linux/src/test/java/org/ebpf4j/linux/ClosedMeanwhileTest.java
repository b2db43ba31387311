package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.attach.SocketFilter;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// What is closed while another thread uses it: the number of its descriptor becomes nobody else's
/// before that is over.
@KernelTest
class ClosedMeanwhileTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  /// A kernel that is closed makes nothing more; what it gave before lives on.
  @Test
  void aClosedKernelLoadsNothing() {
    var closed = LinuxKernel.open();
    var spec = ObjectSpec.read(TestObjects.example("sections/maps.bpf.o"));
    try (var object = closed.load(spec)) {
      closed.close();
      closed.close();
      assertThat(object.maps()).isNotEmpty();
      var id = object.maps().getFirst().id();
      for (org.junit.jupiter.api.function.Executable use :
          java.util.List.<org.junit.jupiter.api.function.Executable>of(
              () -> closed.load(spec).close(),
              () -> closed.openMap(id).close(),
              () -> closed.verify(spec, org.ebpf4j.LoadOptions.DEFAULT, _ -> {}),
              () -> closed.createMap(MapSpec.of("m", MapType.HASH, 4, 4, 1)).close())) {
        assertThatThrownBy(use::execute)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("the kernel is closed");
      }
    }
  }

  private LinuxObject load(String name) {
    return kernel.load(ObjectSpec.read(name, TestObjects.bytes(name)));
  }

  /// A socket whose descriptor is asked for in the middle of attaching.
  private record AskedSocket(int fd, Runnable asked) implements Described.Foreign, Handle {
    @Override
    public int fd() {
      asked.run();
      return fd;
    }

    @Override
    public String name() {
      return "socket";
    }
  }

  @Test
  void theProgramThatIsAttachedIsTheOneThatWasMeant() {
    var others = new ArrayList<LinuxObject>();
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var object = load("attach_socket");
        var socket = kernel.listen(address)) {
      var program = object.program("passing");
      var number = program.fd();
      // The next that is opened takes the lowest number that is free.
      var asked =
          new AskedSocket(
              socket.fd(),
              () -> {
                program.close();
                others.add(load("attach_socket"));
              });
      try (var _ = program.attach(new SocketFilter(asked))) {
        assertThat(others.getFirst().programs()).noneMatch(p -> p.fd() == number);
        assertThat(others.getFirst().maps()).noneMatch(m -> m.fd() == number);
        assertThat(Path.of("/proc/self/fd", "" + number)).doesNotExist();
      }
    } finally {
      others.forEach(LinuxObject::close);
    }
  }

  /// Neither another program, nor a wrong number: what is closed says so.
  @Test
  @Requires(Facility.TRACEFS)
  void whoeverIsLateIsToldThatItIsClosed() throws Exception {
    var point = new Tracepoint("syscalls", "sys_enter_execve");
    for (int round = 0; round < 50; round++) {
      var tried = load("attach_tracing");
      var program = tried.program("executions");
      var link = program.attach(point);
      var stop = new AtomicBoolean();
      var failure = new AtomicReference<Throwable>();
      var asking =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  while (!stop.get()) {
                    assertThat(program.info().name()).isEqualTo("executions");
                    link.isAttached();
                    assertThat(link.info()).hasSizeLessThan(2);
                  }
                } catch (IllegalStateException closed) {
                  assertThat(closed).hasMessageContaining("closed");
                } catch (Throwable e) {
                  failure.set(e);
                }
              });
      link.close();
      tried.close();
      try (var object = load("attach_tracing")) {
        assertThat(link.isAttached()).isFalse();
        assertThatThrownBy(program::info)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("program 'executions' is closed");
        assertThat(object.programs()).isNotEmpty();
        stop.set(true);
        asking.join();
      }
      assertThat(failure.get()).isNull();
    }
  }
}
