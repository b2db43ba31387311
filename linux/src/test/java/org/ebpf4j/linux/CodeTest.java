package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.linux.Refused.refused;
import static org.ebpf4j.linux.Runs.number;
import static org.ebpf4j.linux.Runs.run;
import static org.ebpf4j.linux.Runs.spec;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.ebpf4j.BpfMap;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.linux.internal.sys.ProgramRun;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Programs of several functions, and those that are loaded in a way of their own, as they run.
@KernelTest
class CodeTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  @Test
  void functionsOfAllSortsAreCalled() {
    try (var object = kernel.load(spec("code_calls"))) {
      run(object, "code_calls");
      assertThat(number(object, "static_result")).isEqualTo(2 * 5 + 2 * 6);
      assertThat(number(object, "global_result")).isEqualTo(2 * 5 + 100);
      assertThat(number(object, "weak_result")).isEqualTo(1005);
      object.variable("input").set(7);
      run(object, "code_calls_second");
      assertThat(number(object, "second_result")).isEqualTo(2 * 7 + 2 + 4);
    }
  }

  @Test
  @RequiresKernel(value = "5.13", because = "bpf_for_each_map_elem")
  void kernelCallsFunctionForEachElement() {
    try (var object = kernel.load(Runs.only(spec("code_callbacks"), "code_each"))) {
      for (int i = 0; i < 4; i++) {
        object.map("numbers").update(Words.u32(i), Words.u64(10 + i), BpfMap.Update.ANY);
      }
      run(object, "code_each");
      assertThat(number(object, "each_sum")).isEqualTo(10 + 2 * 11 + 3 * 12 + 4 * 13);
    }
  }

  @Test
  @RequiresKernel(value = "5.17", because = "bpf_loop")
  void kernelCallsFunctionUntilItEndsTheLoop() {
    try (var object = kernel.load(Runs.only(spec("code_callbacks"), "code_loop"))) {
      run(object, "code_loop");
      assertThat(number(object, "loop_sum")).isEqualTo(1 + 2 + 3 + 4 + 5 + 6);
    }
  }

  @Test
  @RequiresKernel(value = "6.7", because = "bpf_throw")
  void exceptionEndsProgramWithWhatItsCallbackReturns() {
    try (var object = kernel.load(spec("code_exception"))) {
      var packet = ProgramRun.ofData(new byte[64], 0);
      assertThat(run(object, "code_exception", packet)).isEqualTo(7);
      assertThat(number(object, "caught")).isZero();
      object.variable("armed").set(1);
      assertThat(run(object, "code_exception", packet)).isEqualTo(42);
      assertThat(number(object, "caught")).isEqualTo(4711);
    }
  }

  @Test
  void refusalNamesLineOfFunctionBehindProgram() {
    var failure =
        refused(VerifierException.class, () -> kernel.load(spec("code_bad_line")).close());
    assertThat(failure)
        .hasMessageStartingWith("R0 invalid mem access 'map_value_or_null'")
        .hasMessageContaining("in program 'bad_line'")
        .hasMessageContaining("at code_bad_line.bpf.c:23  return *value;");
    assertThat(failure.log()).contains("; return *value;");
    var functions = spec("code_bad_line").program("bad_line").subprograms();
    assertThat(failure.instruction().orElseThrow())
        .as("in a function behind the program")
        .isGreaterThan(functions.get(1).slot());
  }

  @Test
  @RequiresKernel(value = "5.14", because = "programs that are system calls")
  void programThatMaySleepReadsMemoryOfProcess() {
    try (var object = kernel.load(Runs.only(spec("code_sleepable"), "code_syscall"));
        var arena = Arena.ofConfined()) {
      var memory = arena.allocate(8, 8);
      memory.set(ValueLayout.JAVA_LONG, 0, 0x1234_5678_9abc_def0L);
      object.variable("address").set(memory.address());
      run(object, "code_syscall");
      assertThat(number(object, "error")).isZero();
      assertThat(number(object, "copied")).isEqualTo(0x1234_5678_9abc_def0L);
    }
  }

  @Test
  @RequiresKernel(value = "6.0", because = "uprobes that may sleep")
  void onlyProgramThatMaySleepMayCallWhatSleeps() {
    var spec = Runs.only(spec("code_sleepable"), "code_uprobe");
    assertThat(spec.program("code_uprobe").flags()).isEqualTo(ProgramSpec.SLEEPABLE);
    kernel.load(spec).close();
    var failure =
        refused(
            VerifierException.class,
            () -> kernel.load(spec.withProgram("code_uprobe", p -> p.withFlags(0))).close());
    assertThat(failure).hasMessageContaining("bpf_copy_from_user");
  }

  @Test
  void programBehindQuestionMarkIsLoadedWhereAskedFor() {
    try (var object = kernel.load(spec("code_optional"))) {
      assertThat(object.programs()).extracting(LinuxProgram::name).containsExactly("code_always");
    }
    var asked = spec("code_optional").withProgram("code_asked", p -> p.withAutoload(true));
    try (var object = kernel.load(asked)) {
      run(object, "code_always");
      run(object, "code_asked");
      run(object, "code_asked");
      assertThat(number(object, "always_runs")).isEqualTo(1);
      assertThat(number(object, "asked_runs")).isEqualTo(2);
    }
  }

  @Test
  void programIsLoadedOnceMoreAsAnotherTypeOnTheMapsOfTheFirst() {
    var packet = ProgramRun.ofData(new byte[64], 0);
    var spec = Runs.only(spec("load_exclusive"), "owner");
    try (var object = kernel.load(spec)) {
      run(object, "owner", packet);
      var again =
          Runs.only(spec.withCopy("owner", "owner_of_tc"), "owner_of_tc")
              .withProgram("owner_of_tc", p -> p.withType(ProgramType.SCHED_CLS));
      try (var copy = kernel.load(again, LoadOptions.DEFAULT.withMapsOf(object))) {
        assertThat(copy.program("owner_of_tc").info().type())
            .isEqualTo(ProgramType.SCHED_CLS.number());
        assertThat(copy.program("owner_of_tc").info().name()).isEqualTo("owner_of_tc");
        run(copy, "owner_of_tc", packet);
      }
      assertThat(number(object, "seen")).isEqualTo(2);
    }
  }

  @Test
  void copyIsRelocatedAlsoWhereTheFirstIsNotLoaded() {
    var spec = spec("core_re_kinds").withCopy("core_re_fields", "copied");
    try (var copy = kernel.load(Runs.only(spec, "copied"));
        var first = kernel.load(Runs.only(spec, "core_re_fields"))) {
      run(copy, "copied");
      run(first, "core_re_fields");
      assertThat(number(copy, "field_offset")).isEqualTo(number(first, "field_offset")).isNotZero();
    }
  }

  @Test
  void programGoesOnAsTheOneThatItsArrayHolds() {
    try (var object = kernel.load(spec("code_tail"))) {
      run(object, "code_tail");
      assertThat(number(object, "began")).isEqualTo(1);
      assertThat(number(object, "went_on")).isEqualTo(1);
      assertThat(number(object, "came_back")).isZero();
      object.variable("where").set(1);
      run(object, "code_tail");
      assertThat(number(object, "went_on")).isEqualTo(1);
      assertThat(number(object, "came_back")).as("the slot is empty").isEqualTo(1);
    }
  }

  /// Kernels before 6.19 have no maps of instructions, and are asked for them all the same.
  @Test
  void jumpGoesWhereTableLeads() {
    var spec = Runs.only(spec("code_jump"), "code_jump");
    if (KernelRelease.running().isBefore(6, 19)) {
      assertThat(refused(UnsupportedFeatureException.class, () -> kernel.load(spec).close()))
          .hasMessageContaining("a jump table of program 'code_jump'")
          .hasMessageContaining("6.19");
      return;
    }
    try (var object = kernel.load(spec)) {
      assertThat(jump(object, 0, 0)).isEqualTo(10);
      assertThat(jump(object, 1, 0)).isEqualTo(11);
      assertThat(jump(object, 3, 0)).isEqualTo(11);
      assertThat(jump(object, 4, 0)).as("beyond the table").isEqualTo(99);
      assertThat(jump(object, 2, 0)).as("in a function behind the program").isEqualTo(100);
      assertThat(jump(object, 2, 1)).isEqualTo(200);
    }
  }

  private static int jump(LinuxObject object, long where, long inner) {
    object.variable("where").set(where);
    object.variable("inner").set(inner);
    return run(object, "code_jump", ProgramRun.ofData(new byte[64], 0));
  }

  @Test
  void programsThatFailDoNotHideTheOthers() {
    var options = LoadOptions.DEFAULT.withKeepGoing(true);
    try (var object = kernel.load(spec("code_mixed"), options)) {
      assertThat(object.programs())
          .extracting(LinuxProgram::name)
          .containsExactly("code_first", "code_last");
      assertThat(object.failures()).containsOnlyKeys("code_null", "code_field");
      assertThat(object.failures().get("code_null"))
          .isInstanceOf(VerifierException.class)
          .hasMessageContaining("map_value_or_null");
      assertThat(object.failures().get("code_field"))
          .isInstanceOf(VerifierException.class)
          .hasMessageContaining("no_such_field");
      run(object, "code_first");
      run(object, "code_last");
      assertThat(number(object, "first_runs")).isEqualTo(1);
      assertThat(number(object, "last_runs")).isEqualTo(1);
      assertThat(object.map("code_map").lookup(Words.u32(0))).isPresent();
    }
  }

  @Test
  void objectThatBpftoolLinkedRuns() {
    try (var object = kernel.load(spec("code_link_by_bpftool"))) {
      run(object, "code_link_first");
      assertThat(number(object, "from_other")).isEqualTo(10 * (11 + 3));
      assertThat(number(object, "from_weak")).as("not that of the weak one").isEqualTo(11 + 100);
      run(object, "code_link_second");
      assertThat(number(object, "common")).isEqualTo(14);
      assertThat(object.map("shared").lookup(Words.u32(1))).contains(Words.u64(11));
    }
  }

  /// Kernels before 6.8 do not know the tag.
  @Test
  void parameterIsTheContextByItsTag() {
    try (var object = kernel.load(spec("code_context"))) {
      assertThat(object.programs())
          .extracting(LinuxProgram::name)
          .containsExactly("code_raw", "code_xdp", "code_kprobe");
      run(object, "code_raw", ProgramRun.ofContext(context(17, 4711)));
      assertThat(number(object, "raw_calls")).isEqualTo(3);
      assertThat(number(object, "argument")).isEqualTo(4711);
      run(object, "code_xdp", ProgramRun.ofData(new byte[64], 0));
      assertThat(number(object, "packet_calls")).isEqualTo(4);
    }
  }

  /// Programs at tracepoints have no struct that their context goes by, which could stand for it.
  @Test
  @RequiresKernel(value = "6.8", because = "the tag arg:ctx")
  void contextWithoutStructIsKnownByItsTagAlone() {
    try (var object = kernel.load(Runs.only(spec("code_context"), "code_tracepoint"))) {
      assertThat(object.programs()).hasSize(1);
    }
  }

  private static byte[] context(long first, long second) {
    var bytes = new byte[16];
    System.arraycopy(Words.u64(first), 0, bytes, 0, 8);
    System.arraycopy(Words.u64(second), 0, bytes, 8, 8);
    return bytes;
  }
}
