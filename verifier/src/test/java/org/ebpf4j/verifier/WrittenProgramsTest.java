package org.ebpf4j.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.ebpf4j.verifier.WrittenPrograms.Written;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.ebpf4j.verifier.result.VerifierResult;
import org.ebpf4j.verifier.result.VerifierResult.Accepted;
import org.ebpf4j.verifier.result.VerifierResult.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Small programs, each with one thing right or wrong.
class WrittenProgramsTest {
  static List<Written> programs() {
    return WrittenPrograms.all();
  }

  private static VerifierResult check(Written written) {
    var program = written.object().programs().getFirst();
    return Verifier.check(CheckedProgram.of(written.object(), program), Rules.kernel("6.18"));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void saysWhatIsExpected(Written written) {
    switch (check(written)) {
      case Accepted accepted -> {
        assertThat(written.expected()).isEqualTo("ok");
        assertThat(accepted.facts().isReached(0)).isTrue();
      }
      case Refused refused -> {
        assertThat(refused.first().message()).contains(written.expected());
        assertThat(refused.first().reason()).isNotEqualTo(Reason.GAVE_UP);
      }
    }
  }

  @Test
  void saysTheSameEachTime() {
    for (var written : programs()) {
      assertThat(check(written).effort()).isEqualTo(check(written).effort());
    }
  }

  @Test
  void namesThePlaceTheRegisterAndThePath() {
    var written =
        programs().stream()
            .filter(p -> p.name().equals("an index that is bounded by one too many"))
            .findFirst()
            .orElseThrow();
    var finding = ((Refused) check(written)).first();
    assertThat(finding.reason()).isEqualTo(Reason.BOUNDS);
    assertThat(finding.register()).hasValueSatisfying(r -> assertThat(r.number()).isZero());
    assertThat(finding.state()).contains("map_value").contains("smax=64");
    assertThat(finding.path()).hasSize(2).allSatisfy(b -> assertThat(b.taken()).isFalse());
    assertThat(finding.missing()).isNotEmpty();
  }
}
