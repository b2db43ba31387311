package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
class TracingHooksTest {
  private static final int EXECUTIONS = 0;
  private static final int SYSTEM_CALLS = 1;

  private LoadedObject object;

  @BeforeEach
  void load() {
    object = LoadedObject.of("attach_tracing");
    MarkedThread.countIn(object);
  }

  @AfterEach
  void close() {
    object.close();
  }

  /// The first execution of the new process still has the name of the thread that started it.
  private static void execute() throws Exception {
    MarkedThread.call(() -> new ProcessBuilder("true").start().waitFor());
  }

  @Test
  @EffectOf("tracepoint")
  @Requires(Facility.TRACEFS)
  void tracepointSeesExecutionsUntilClosed() throws Exception {
    execute();
    assertThat(object.count(EXECUTIONS)).isZero();
    try (var link = object.program("executions").attach()) {
      assertThat(link.attachPoint()).contains(new Tracepoint("syscalls", "sys_enter_execve"));
      execute();
      assertThat(object.count(EXECUTIONS)).isPositive();
    }
    var before = object.count(EXECUTIONS);
    execute();
    assertThat(object.count(EXECUTIONS)).isEqualTo(before);
  }

  @Test
  @Requires(Facility.TRACEFS)
  void tracepointTakesSeveralProgramsButEachOnce() throws Exception {
    try (var other = LoadedObject.of("attach_tracing")) {
      MarkedThread.countIn(other);
      try (var _ = object.program("executions").attach();
          var _ = other.program("executions").attach()) {
        execute();
        assertThat(object.count(EXECUTIONS)).isPositive();
        assertThat(other.count(EXECUTIONS)).isEqualTo(object.count(EXECUTIONS));
        assertThatThrownBy(() -> object.program("executions").attach())
            .isInstanceOf(KernelException.class)
            .hasMessageContaining("this program is on this event already");
      }
    }
  }

  @Test
  @Requires(Facility.TRACEFS)
  @RequiresKernel(value = "5.15", because = "links on perf events")
  void tracepointHasALinkObject() {
    var program = object.program("executions");
    try (var link = program.attach()) {
      assertThat(link.info()).singleElement().matches(info -> info.programId() == program.id());
    }
  }

  @Test
  @EffectOf("raw_tracepoint")
  void rawTracepointSeesSystemCallsUntilClosed() throws Exception {
    var program = object.program("system_calls");
    try (var link = program.attach()) {
      assertThat(link.attachPoint()).contains(new RawTracepoint("sys_enter"));
      assertThat(link.info()).singleElement().matches(info -> info.programId() == program.id());
      MarkedThread.call(() -> Files.exists(Path.of("/")));
      assertThat(object.count(SYSTEM_CALLS)).isPositive();
    }
    var before = object.count(SYSTEM_CALLS);
    MarkedThread.call(() -> Files.exists(Path.of("/")));
    assertThat(object.count(SYSTEM_CALLS)).isEqualTo(before);
  }

  @Test
  @Requires(Facility.TRACEFS)
  void unknownTracepointsAreNamedWithThoseLikeThem() {
    assertThatThrownBy(
            () -> object.program("executions").attach(Tracepoint.parse("syscalls/sys_enter_exec")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("sys_enter_execve");
    assertThatThrownBy(
            () -> object.program("system_calls").attach(new RawTracepoint("sched_swich")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("sched_switch");
  }
}
