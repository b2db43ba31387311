package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.linux.Runs.spec;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Verdict;
import org.ebpf4j.Verdict.Outcome;
import org.ebpf4j.Verdict.Stage;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;

/// What is told of programs that are loaded to see whether they can be.
@KernelTest
class VerdictTest {
  private final LinuxKernel kernel = LinuxKernel.open();

  private Map<String, Verdict> verify(ObjectSpec spec) {
    var verdicts = new HashMap<String, Verdict>();
    var before = Alive.named("code_");
    kernel.verify(spec, LoadOptions.DEFAULT, v -> verdicts.put(v.program(), v));
    before.expectNothingNew("code_");
    return verdicts;
  }

  private Verdict only(String name) {
    var verdicts = verify(spec(name));
    assertThat(verdicts).hasSize(1);
    return verdicts.values().iterator().next();
  }

  private static Verdict of(Map<String, Verdict> verdicts, String program) {
    assertThat(verdicts).containsKey(program);
    return java.util.Objects.requireNonNull(verdicts.get(program));
  }

  /// The bytes as the kernel gets them, but for the descriptors of maps.
  private static long hash(ObjectSpec spec, String program) {
    var code = spec.program(program);
    var bytes = code.instructions().toBytes(ByteOrder.nativeOrder());
    for (var reference : code.mapReferences()) {
      for (int i = 4; i < 8; i++) {
        bytes[reference.slot() * 8 + i] = 0;
      }
    }
    var hash = 0xcbf29ce484222325L;
    for (var each : bytes) {
      hash = (hash ^ Byte.toUnsignedInt(each)) * 0x100000001b3L;
    }
    return hash;
  }

  @Test
  void eachProgramIsJudgedByItself() {
    var spec = spec("code_mixed");
    var verdicts = verify(spec);
    assertThat(verdicts).containsOnlyKeys("code_first", "code_null", "code_field", "code_last");
    for (var name : new String[] {"code_first", "code_last"}) {
      var verdict = of(verdicts, name);
      assertThat(verdict.outcome()).isEqualTo(Outcome.OK);
      assertThat(verdict.stage()).isEqualTo(Stage.LOAD);
      assertThat(verdict.section()).isEqualTo("raw_tp");
      assertThat(verdict.type()).contains(ProgramType.RAW_TRACEPOINT);
      assertThat(verdict.errno()).isZero();
      assertThat(verdict.message()).isEmpty();
      assertThat(verdict.processed()).isPositive();
      assertThat(verdict.tag()).matches("[0-9a-f]{16}");
      assertThat(verdict.code())
          .contains(new Verdict.Code(spec.program(name).instructions().size(), hash(spec, name)));
    }
    var rejected = of(verdicts, "code_null");
    assertThat(rejected.outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(rejected.stage()).isEqualTo(Stage.LOAD);
    assertThat(rejected.errno()).isEqualTo(Errno.EACCES);
    assertThat(rejected.log()).contains("map_value_or_null");
    assertThat(rejected.message()).startsWith("R0 invalid mem access");
    assertThat(rejected.tag()).isEmpty();
    assertThat(rejected.code()).map(Verdict.Code::hash).contains(hash(spec, "code_null"));
    var unresolved = of(verdicts, "code_field");
    assertThat(unresolved.outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(unresolved.message()).contains("no_such_field");
  }

  @Test
  void programsAreJudgedTogether() {
    var verdicts = new HashMap<String, Verdict>();
    kernel.verifyWhole(spec("code_mixed"), LoadOptions.DEFAULT, v -> verdicts.put(v.program(), v));
    var alone = verify(spec("code_mixed"));
    assertThat(verdicts).containsOnlyKeys(alone.keySet());
    verdicts.forEach((name, verdict) -> {
      var other = of(alone, name);
      assertThat(verdict.outcome()).as(name).isEqualTo(other.outcome());
      assertThat(verdict.errno()).as(name).isEqualTo(other.errno());
      assertThat(verdict.code()).as(name).isEqualTo(other.code());
      assertThat(verdict.tag()).as(name).isEqualTo(other.tag());
    });
  }

  /// Descriptors of maps and addresses differ from load to load; these do not.
  @Test
  void instructionsAreToldAlikeEachTime() {
    for (var name : new String[] {"code_calls", "core_re_kinds", "code_tail", "life_watch"}) {
      var first = verify(spec(name));
      var second = verify(spec(name));
      assertThat(first).isNotEmpty().containsOnlyKeys(second.keySet());
      first.forEach((program, verdict) -> {
        assertThat(verdict.outcome()).as(program).isEqualTo(Outcome.OK);
        assertThat(verdict.code()).as(program).isEqualTo(of(second, program).code());
      });
    }
  }

  @Test
  void optionalProgramIsJudgedAsAnyOther() {
    var verdicts = verify(spec("code_optional"));
    assertThat(verdicts).containsOnlyKeys("code_always", "code_asked");
    assertThat(of(verdicts, "code_asked").outcome()).isEqualTo(Outcome.OK);
    assertThat(of(verdicts, "code_asked").section()).isEqualTo("raw_tp");
  }

  @Test
  void whatKernelNeverSawIsNoRejection() {
    var order = only("bad_order");
    assertThat(order.outcome()).isEqualTo(Outcome.ERROR);
    assertThat(order.stage()).isEqualTo(Stage.OPEN);
    assertThat(order.message()).contains("was compiled for");
    assertThat(order.code()).isEmpty();
    var section = only("bad_section");
    assertThat(section.outcome()).isEqualTo(Outcome.ERROR);
    assertThat(section.message()).contains("tracepiont");
    assertThat(section.type()).isEmpty();
    var nowhere = of(verify(spec("code_targets")), "code_nowhere");
    assertThat(nowhere.outcome()).isEqualTo(Outcome.ERROR);
    assertThat(nowhere.message()).contains("code_no_such_function");
    assertThat(nowhere.errno()).isZero();
  }
}
