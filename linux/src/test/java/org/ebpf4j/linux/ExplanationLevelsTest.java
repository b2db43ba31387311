package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.verifierlog.Explanation;
import org.ebpf4j.verifierlog.Explanation.Kind;
import org.ebpf4j.verifierlog.Explanation.Step;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Explanations of what this kernel rejects, from logs of the failing path and from logs of all
/// paths.
@KernelTest
final class ExplanationLevelsTest {
  private static LinuxKernel kernel;

  @BeforeAll
  static void open() {
    kernel = LinuxKernel.open();
  }

  @AfterAll
  static void close() {
    kernel.close();
  }

  private static Explanation explained(String name, int level) {
    var spec = ObjectSpec.read(name, TestObjects.bytes("failures/" + name));
    var options = new LoadOptions(level);
    return catchThrowableOfType(VerifierException.class, () -> kernel.load(spec, options).close())
        .explanation();
  }

  private static List<String> path(Explanation explanation) {
    return explanation.path().stream()
        .map(step ->
            (step.kind() + " " + step.instruction() + " " + step.text())
                .replaceAll("0x[0-9a-f]{9,}", "ADDRESS"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null_unchecked",
        "packet_unbounded",
        "return_range",
        "size_unbounded",
        "register_unset",
        "misaligned",
        "reference_leaked",
        "read_only",
        "call_under_lock",
        "lock_kept",
        "map_index",
        "variable_index"
      })
  void theSamePathIsFoundInLogsOfBothLevels(String name) {
    var failing = explained(name, 1);
    var all = explained(name, 2);

    assertThat(all.headline()).isEqualTo(failing.headline());
    assertThat(all.at().map(Step::instruction)).isEqualTo(failing.at().map(Step::instruction));
    assertThat(path(all)).isEqualTo(path(failing));
    assertThat(all.whole()).isTrue();
    assertThat(failing.whole()).isTrue();
    assertThat(failing.mend()).isPresent();
  }

  @Test
  void theBranchesThatLeadToALeakAreNamedInOrder() {
    var leak = explained("reference_leaked", 2);

    assertThat(leak.path())
        .extracting(Step::kind)
        .containsExactly(Kind.ORIGIN, Kind.CONDITION, Kind.CONDITION);
    assertThat(leak.path())
        .extracting(step -> step.line().orElseThrow().line())
        .containsExactly(12, 13, 16);
    assertThat(leak.path().get(1).note()).endsWith("does not hold on this path");
    assertThat(leak.path().get(2).note()).endsWith("holds on this path").doesNotContain("not hold");
  }
}
