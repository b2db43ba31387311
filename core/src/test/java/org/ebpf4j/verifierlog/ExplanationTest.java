package org.ebpf4j.verifierlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.ebpf4j.verifierlog.Explanation.Kind;
import org.ebpf4j.verifierlog.Explanation.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Paths that are read back: over branches that were kept, over calls and the stack, out of logs
/// that are cut, damaged or very long.
final class ExplanationTest {
  private static final Path RESOURCES = Path.of("src/test/resources/org/ebpf4j/verifierlog");

  private static Explanation explain(String log) {
    return new VerifierLog(log).explain(ProgramCode.UNKNOWN);
  }

  private static List<Integer> path(Explanation explanation) {
    return explanation.path().stream().map(Step::instruction).toList();
  }

  /// Two kept branches in each other; that of instruction 3 is taken up first, that of 1 last. What
  /// sets r6 on the failing path is instruction 0, not 2, 4 or 5.
  private static final String ALL_PATHS =
      """
      0: R1=ctx() R10=fp0
      0: (b7) r6 = 0                        ; R6=0
      1: (15) if r7 == 0x0 goto pc+6        ; R7=scalar()
      2: (b7) r6 = 2                        ; R6=2
      3: (15) if r8 == 0x0 goto pc+2        ; R8=scalar()
      4: (b7) r6 = 4                        ; R6=4
      5: (95) exit

      from 3 to 6: R6=2 R10=fp0
      6: (b7) r6 = 5                        ; R6=5
      7: (95) exit

      from 1 to 8: R6=0 R7=0 R10=fp0
      8: (79) r0 = *(u64 *)(r6 +0)
      R6 invalid mem access 'scalar'
      processed 12 insns (limit 1000000) max_states_per_insn 0 total_states 2 peak_states 2 mark_read 0
      """;

  @Test
  void thePathGoesBackToTheBranchThatWasKept() {
    var explanation = explain(ALL_PATHS);

    assertThat(path(explanation)).containsExactly(0, 1);
    assertThat(explanation.path().get(0).note()).isEqualTo("r6 is set: the number 0");
    assertThat(explanation.path().get(1).note()).isEqualTo("r7 == 0x0 holds on this path");
    assertThat(explanation.register().orElseThrow().value()).isEqualTo("the number 0");
    assertThat(explanation.whole()).isTrue();
  }

  /// The same instruction keeps a branch in each round: the last that is kept is taken up first.
  @Test
  void roundsOfALoopAreCountedLikeBrackets() {
    var explanation =
        explain(
            """
            0: (b7) r6 = 0                        ; R6=0
            1: (07) r6 += 1                       ; R6=1
            2: (15) if r7 == 0x0 goto pc+2        ; R7=scalar()
            3: (05) goto pc-3
            1: (07) r6 += 1                       ; R6=2
            2: (15) if r7 == 0x0 goto pc+2        ; R7=scalar()
            3: (95) exit

            from 2 to 5: R6=2 R7=0 R10=fp0
            5: (95) exit

            from 2 to 5: R6=1 R7=0 R10=fp0
            5: (79) r0 = *(u64 *)(r6 +0)
            R6 invalid mem access 'scalar'
            """);

    assertThat(explanation.register().orElseThrow().value()).isEqualTo("the number 1");
    assertThat(explanation.path())
        .extracting(Step::note)
        .containsExactly(
            "r6 is set: the number 0", "r6 += 1: the number 1", "r7 == 0x0 holds on this path");
  }

  @Test
  void valuesAreFollowedOverTheStackAndOutOfFunctions() {
    var explanation =
        explain(
            """
            0: (85) call pc+5
            caller:
             R10=fp0
            callee:
             frame1: R1=ctx() R10=fp0
            6: (85) call bpf_get_current_task#35  ; frame1: R0=scalar()
            7: (95) exit
            returning from callee:
             frame1: R0=scalar() R10=fp0
            to caller at 1:
             R0=scalar() R10=fp0
            1: (7b) *(u64 *)(r10 -8) = r0         ; R0=scalar() R10=fp0 fp-8=mmmmmmmm
            2: (b7) r0 = 0                        ; R0=0
            3: (79) r3 = *(u64 *)(r10 -8)         ; R3=scalar() R10=fp0
            4: (61) r0 = *(u32 *)(r3 +1256)
            R3 invalid mem access 'scalar'
            """);

    assertThat(explanation.path())
        .extracting(Step::kind)
        .containsExactly(Kind.ORIGIN, Kind.MOVE, Kind.MOVE, Kind.MOVE);
    assertThat(path(explanation)).containsExactly(6, 7, 1, 3);
    assertThat(explanation.path().getFirst().note())
        .isEqualTo("r0 is what bpf_get_current_task gives: any number");
  }

  @Test
  void aCutLogSaysThatItDoesNotGoBackFarEnough() {
    var cut = ALL_PATHS.substring(ALL_PATHS.indexOf("5: (95) exit"));
    var explanation = explain(cut);

    assertThat(explanation.headline()).isEqualTo("R6 invalid mem access 'scalar'");
    assertThat(explanation.at().map(Step::instruction)).contains(8);
    assertThat(explanation.path()).isEmpty();
    assertThat(explanation.whole()).isFalse();
    assertThat(explanation.lines()).contains("the log does not go back to where it comes from");
  }

  /// Only the report of the kernel is left.
  @Test
  void theKernelsOwnPathStandsInWhereTheWalkIsMissing() throws IOException {
    var log = Files.readString(RESOURCES.resolve("linux-7.3.log"));
    var begin = log.indexOf("Verification failed: Memory Safety", log.indexOf("=== c_index"));
    var explanation = explain(log.substring(begin, log.indexOf("=== c_loop")));

    assertThat(explanation.headline()).isEqualTo("Memory Safety: Access outside bounds");
    assertThat(explanation.reason().orElseThrow()).startsWith("The verifier cannot prove offset");
    assertThat(explanation.at().map(Step::instruction)).contains(15);
    assertThat(path(explanation)).containsExactly(10, 11, 14);
    assertThat(explanation.path().getFirst().note())
        .isEqualTo("R0 changed from uninitialized value to map value from table at offset 0");
    assertThat(explanation.path().get(1).kind()).isEqualTo(Kind.CONDITION);
  }

  @Test
  void theMarkIsUnderTheColumnOfTheLine() {
    var line = new SourceLine("a.bpf.c", 7, 9, "\treturn\tv->x;");
    var explanation =
        new Explanation(
            "it",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(
                new Step(Kind.FAULT, 3, "(61) r0 = *(u32 *)(r1 +0)", "", Optional.of(line))),
            List.of(),
            0,
            true,
            List.of());

    assertThat(explanation.lines().get(0)).isEqualTo("at a.bpf.c:7  return v->x;");
    assertThat(explanation.lines().get(1)).isEqualTo("                     ^");
    assertThat(explanation.lines().get(0).charAt(21)).isEqualTo('v');
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.10", "6.1", "6.12", "6.18", "7.3"})
  void noLogThatIsCutOrDamagedThrows(String kernel) throws IOException {
    var random = new Random(7);
    for (var log : Files.readString(RESOURCES.resolve("linux-" + kernel + ".log")).split("=== ")) {
      for (int i = 0; i < 40; i++) {
        var from = random.nextInt(log.length() + 1);
        var text = new StringBuilder(i % 2 == 0 ? log.substring(from) : log.substring(0, from));
        for (int changes = random.nextInt(8); changes > 0 && !text.isEmpty(); changes--) {
          var at = random.nextInt(text.length());
          switch (random.nextInt(3)) {
            case 0 -> text.setCharAt(at, (char) random.nextInt(0x180));
            case 1 -> text.deleteCharAt(at);
            default ->
                text.insert(at, log, random.nextInt(Math.min(64, log.length() + 1)), log.length());
          }
        }
        assertThatCode(() -> explain(text.toString()).lines())
            .as(() -> text.toString())
            .doesNotThrowAnyException();
      }
    }
  }

  /// A path of millions of lines: the value comes from the first.
  @Test
  void theBeginningOfALongLogIsFound() {
    var log = new StringBuilder("0: (b7) r6 = 7                        ; R6=7\n");
    for (int i = 0; i < 400_000; i++) {
      log.append("1: (07) r7 += 1                       ; R7=scalar()\n");
      log.append("2: (15) if r7 == 0x0 goto pc+2        ; R7=scalar()\n");
    }
    log.append("\nfrom 2 to 5: R6=7 R7=0 R10=fp0\n5: (79) r0 = *(u64 *)(r6 +0)\n");
    log.append("R6 invalid mem access 'scalar'\n");

    assertThat(path(explain(log.toString()))).containsExactly(0, 2);
  }

  @Test
  void oneLineOfManyMegabytesIsReadInPart() {
    var log =
        "0: (b7) r6 = 7 ; R6="
            + "((".repeat(8 << 20)
            + "\n1: (95) exit\nR6 is odd"
            + " ".repeat(1 << 20);

    assertThat(explain(log).headline()).isEqualTo("R6 is odd");
  }
}
