package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Step;
import org.ebpf4j.Verdict;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.load.FitOptions;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Fitting as part of loading: what is fitted is what is loaded, and what does not fit fails before
/// anything is made.
@KernelTest
class FittingTest {
  private final List<Step> steps = new ArrayList<>();
  private final LinuxKernel kernel = LinuxKernel.open(steps::add);

  private static ObjectSpec spec(String name) {
    return ObjectSpec.read(name + ".bpf.o", TestObjects.bytes(name));
  }

  private Map<String, Verdict> verify(ObjectSpec spec, boolean whole) {
    var verdicts = new HashMap<String, Verdict>();
    if (whole) {
      kernel.verifyWhole(spec, LoadOptions.DEFAULT, v -> verdicts.put(v.program(), v));
    } else {
      kernel.verify(spec, LoadOptions.DEFAULT, v -> verdicts.put(v.program(), v));
    }
    return verdicts;
  }

  private static Verdict of(Map<String, Verdict> verdicts, String program) {
    assertThat(verdicts).containsKey(program);
    return Objects.requireNonNull(verdicts.get(program));
  }

  /// FNV-1a, where the descriptors of maps count as zero.
  private static long hash(Instructions instructions) {
    var hash = 0xcbf29ce484222325L;
    for (int i = 0; i < instructions.size(); i++) {
      var slot = instructions.slot(i);
      var map =
          Slot.isWide(slot)
              && (Slot.src(slot) == Opcode.PSEUDO_MAP_FD
                  || Slot.src(slot) == Opcode.PSEUDO_MAP_VALUE);
      var each = map ? Slot.withImm(slot, 0) : slot;
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        hash = (hash ^ (each >>> shift & 0xff)) * 0x100000001b3L;
      }
    }
    return hash;
  }

  @ParameterizedTest
  @ValueSource(strings = {"code_calls", "core_re_kinds", "core_re_task", "load_ksyms"})
  void whatIsFittedIsWhatIsLoaded(String name) {
    var fitted = kernel.fit(spec(name), FitOptions.NONE);
    assertThat(steps).as("nothing is made").isEmpty();
    var verdicts = verify(spec(name), true);
    assertThat(fitted.programs()).isNotEmpty();
    for (var program : fitted.programs()) {
      assertThat(of(verdicts, program.program().name()).code())
          .contains(new Verdict.Code(program.instructions().size(), hash(program.instructions())));
    }
  }

  @Test
  void targetThatIsMissingFailsBeforeMapsAreMade() {
    var spec = spec("code_targets").withProgram("code_nowhere", p -> p.withAutoload(true));
    assertThat(spec.maps()).isNotEmpty();
    assertThatThrownBy(() -> kernel.load(spec))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("code_no_such_function");
    assertThat(steps).extracting(Step::action).doesNotContain(Step.Action.CREATE);
  }

  @Test
  void eachFailureIsToldWithItsOwnStage() {
    var missing = verify(spec("load_ksyms_missing"), true);
    assertThat(of(missing, "symbol").outcome()).isEqualTo(Verdict.Outcome.ERROR);
    assertThat(of(missing, "symbol").stage()).isEqualTo(Verdict.Stage.RELOCATE);
    assertThat(of(missing, "symbol").code()).isEmpty();
    assertThat(of(missing, "unguarded").outcome()).isEqualTo(Verdict.Outcome.REJECTED);
    assertThat(of(missing, "unguarded").stage()).isEqualTo(Verdict.Stage.LOAD);
    var nowhere = of(verify(spec("code_targets"), false), "code_nowhere");
    assertThat(nowhere.stage()).isEqualTo(Verdict.Stage.LOAD);
    assertThat(nowhere.code()).as("its instructions are known").isPresent();
  }
}
