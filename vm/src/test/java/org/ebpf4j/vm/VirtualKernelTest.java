package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.ebpf4j.RunInput;
import org.ebpf4j.TraceLine;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.error.WrongHookException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.vm.internal.machine.Region;
import org.junit.jupiter.api.Test;

/// Hooks, links, lifetimes and what is printed.
class VirtualKernelTest {
  private static final Tracepoint EXECVE = new Tracepoint("syscalls", "sys_enter_execve");

  private static ObjectSpec hello() {
    return ObjectSpec.read(
        Path.of(System.getProperty("ebpf4j.root"), "examples", "hello", "hello.bpf.o"));
  }

  private static VirtualKernel kernel() {
    return VirtualKernel.builder().task(7, 6, "bash", 0, 0).clock(() -> 1_500_000_000).build();
  }

  @Test
  void aProgramRunsWhereItIsAttached() {
    try (var kernel = kernel();
        var object = kernel.load(hello());
        var trace = kernel.tracePipe()) {
      assertThat(kernel.fire(EXECVE, RunInput.none())).isEmpty();
      try (var link = object.program("hello").attach()) {
        assertThat(link.isAttached()).isTrue();
        assertThat(kernel.fire(new Tracepoint("syscalls", "sys_enter_openat"), RunInput.none()))
            .isEmpty();
        assertThat(trace.poll(Duration.ZERO)).isEmpty();
        assertThat(kernel.fire(EXECVE, RunInput.none())).hasSize(1);
        var line = (TraceLine.Event) trace.poll(Duration.ZERO).orElseThrow();
        assertThat(line.task()).isEqualTo("bash");
        assertThat(line.pid()).isEqualTo(7);
        assertThat(line.text()).isEqualTo("Hello");
        // The line is of the form that the kernel's own has.
        var parsed = (TraceLine.Event) TraceLine.parse(line.raw());
        assertThat(parsed.text()).isEqualTo("Hello");
        assertThat(parsed.seconds()).isEqualTo(1.5);
        assertThat(object.program("hello").statistics().runs()).isEqualTo(1);
      }
      assertThat(kernel.fire(EXECVE, RunInput.none())).isEmpty();
    }
  }

  @Test
  void aRunOnACpuThatIsNotThereTakesNoMemory() {
    try (var kernel = kernel();
        var object = kernel.load(hello())) {
      var before = kernel.regions().add(new Region("before", new byte[0], false));
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> object.program("hello").run(RunInput.none().cpu(99)))
            .isInstanceOf(KernelException.class)
            .hasMessageContaining("there is no CPU 99 of 4");
      }
      var after = kernel.regions().add(new Region("after", new byte[0], false));
      // Every second number is given to a region.
      assertThat((after - before) >>> Integer.SIZE).isEqualTo(2);
    }
  }

  @Test
  void aLinkOutlivesItsObjectWhileItIsPinned() {
    try (var kernel = kernel()) {
      var pin = Path.of("/sys/fs/bpf/hello");
      try (var object = kernel.load(hello());
          var link = object.program("hello").attach()) {
        assertThatThrownBy(link::disconnect).isInstanceOf(UnsupportedFeatureException.class);
        link.pin(pin);
        link.disconnect();
        assertThatThrownBy(() -> object.program("hello").pin(pin))
            .isInstanceOfSatisfying(
                KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST))
            .hasMessageContaining("a link is there already");
      }
      assertThat(kernel.fire(EXECVE, RunInput.none())).hasSize(1);
      assertThat(kernel.programIds()).hasSize(1);
      try (var link = kernel.openLink(pin)) {
        assertThat(link.programName()).isEqualTo("hello");
        assertThatThrownBy(() -> kernel.openMap(pin).close())
            .isInstanceOf(BpfException.class)
            .hasMessageContaining("is a link (id " + link.ids().getFirst() + "), not a map");
        link.detach();
        assertThat(link.isAttached()).isFalse();
        assertThat(kernel.programIds()).isEmpty();
        assertThat(kernel.fire(EXECVE, RunInput.none())).isEmpty();
      }
      kernel.unpin(pin);
      assertThat(kernel.linkIds()).isEmpty();
    }
  }

  @Test
  void anotherProgramTakesThePlaceOfOne() {
    try (var kernel = kernel();
        var first = kernel.load(hello());
        var second = kernel.load(hello());
        var link = first.program("hello").attach()) {
      assertThatThrownBy(() -> link.update(second.program("hello"), second.program("hello")))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
      link.update(second.program("hello"), first.program("hello"));
      kernel.fire(EXECVE, RunInput.none());
      assertThat(first.program("hello").statistics().runs()).isZero();
      assertThat(second.program("hello").statistics().runs()).isEqualTo(1);
    }
  }

  @Test
  void aProgramOfAnotherTypeIsRefused() {
    try (var kernel = kernel();
        var object = kernel.load(hello())) {
      assertThatThrownBy(() -> object.program("hello").attach(new Xdp("veth0", Xdp.Mode.GENERIC)))
          .isInstanceOf(WrongHookException.class)
          .hasMessageContaining("program 'hello' cannot be attached to");
      assertThat(kernel.linkIds()).isEmpty();
    }
  }

  @Test
  void nothingIsLeftOfAnObjectThatIsClosed() {
    try (var kernel = kernel()) {
      var object = kernel.load(ObjectSpec.read("code_tail.bpf.o", TestObjects.bytes("code_tail")));
      assertThat(kernel.mapIds()).isNotEmpty();
      // The array of programs holds one of them.
      object.close();
      assertThat(kernel.mapIds()).isEmpty();
      assertThat(kernel.programIds()).isEmpty();
    }
  }

  @Test
  void nothingIsLeftOfAnObjectThatIsNotLoaded() {
    var spec =
        ObjectSpec.read("perf_events.bpf.o", TestObjects.bytes("perf_events"))
            .withMap("events", map -> map.withFlags(MapSpec.RDONLY_PROG));
    try (var kernel = kernel()) {
      assertThatThrownBy(() -> kernel.load(spec).close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("map 'events' (perf_event_array)")
          .hasMessageContaining("EINVAL");
      assertThat(List.of(kernel.mapIds(), kernel.programIds())).containsOnly(List.of());
    }
  }
}
