package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Uretprobe;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.PerfAttachment;
import org.ebpf4j.linux.inspect.PerfAttachment.Kind;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.Test;

/// The descriptors of processes by which programs are attached, with and without links.
@KernelTest
class PerfAttachmentsTest {
  private static final int PID = (int) ProcessHandle.current().pid();

  private static List<PerfAttachment> ours() {
    return LinuxKernel.open().perfAttachments().stream().filter(a -> a.process() == PID).toList();
  }

  private static PerfAttachment of(int program) {
    var found = ours().stream().filter(a -> a.programId() == program).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  void tracepointsAreNamed() {
    try (var object = LoadedObject.of("attach/probe_cookie");
        var _ =
            object.program("tracepoint").attach(new Tracepoint("syscalls", "sys_enter_openat"))) {
      var found = of(object.program("tracepoint").id());
      assertThat(found.kind()).isEqualTo(Kind.TRACEPOINT);
      assertThat(found.place()).isEqualTo("sys_enter_openat");
      assertThat(found.command()).isNotEmpty();
    }
  }

  @Test
  void rawTracepointsAreNamed() {
    try (var object = LoadedObject.of("attach_tracing", "system_calls")) {
      var id = object.program("system_calls").id();
      try (var _ = object.program("system_calls").attach(new RawTracepoint("sys_enter"))) {
        assertThat(of(id).kind()).isEqualTo(Kind.RAW_TRACEPOINT);
        assertThat(of(id).name()).isEqualTo("sys_enter");
      }
      assertThat(ours()).noneMatch(a -> a.programId() == id);
    }
  }

  @Test
  void placesOfAFileAreNamed() {
    try (var object = LoadedObject.of("attach/user");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE);
        var _ = object.program("leave").attach(new Uretprobe(probed.path(), "work_one"))) {
      var found = of(object.program("leave").id());
      assertThat(found.kind()).isEqualTo(Kind.URETPROBE);
      assertThat(found.name()).isEqualTo(probed.path());
      assertThat(found.offset()).isPositive();
      assertThat(found.place()).isEqualTo(probed.path() + "+0x" + Long.toHexString(found.offset()));
    }
  }

  @Test
  @Requires(Facility.KPROBES)
  void functionsOfTheKernelAreNamed() {
    try (var object = LoadedObject.of("attach/probe_cookie");
        var _ = object.program("entry").attach(new Kprobe("do_sys_openat2"))) {
      var found = of(object.program("entry").id());
      assertThat(found.kind()).isEqualTo(Kind.KPROBE);
      assertThat(found.place()).isEqualTo("do_sys_openat2");
    }
  }

  /// The kernel does not say which program it is, but that there is one.
  @Test
  void countersAreNotLeftOut() {
    try (var object = LoadedObject.of("attach_perf")) {
      var before = ours().stream().filter(a -> a.kind() == Kind.COUNTER).count();
      try (var _ =
          object.program("samples").attach(PerfEvent.frequency(Counter.CPU_CLOCK, 1).onCpu(0))) {
        assertThat(ours().stream().filter(a -> a.kind() == Kind.COUNTER)).hasSize((int) before + 1);
      }
    }
  }
}
