package org.ebpf4j.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.ebpf4j.Verdict;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {
  @TempDir private Path directory;

  private static List<Baseline.Entry> entries(FileVerdict... verdicts) {
    return Arrays.stream(verdicts).map(Baseline.Entry::of).toList();
  }

  private static FileVerdict ok(String file, String program) {
    return FileVerdict.of(file, Verdicts.ok(program));
  }

  private static FileVerdict rejected(String file, String program) {
    return FileVerdict.of(file, Verdicts.rejected(program, "R0 !read_ok\nmore", ""));
  }

  @Test
  void whatIsAsItWasIsNoDifference() {
    var run = entries(ok("a.o", "p"), rejected("a.o", "q"), FileVerdict.unopened("b.o", "no"));

    var found = Baseline.of(run).compare(run);

    assertThat(found.regressions()).isEmpty();
    assertThat(found.improvements()).isEmpty();
    assertThat(found.notes()).isEmpty();
    assertThat(found.added()).isZero();
  }

  @Test
  void whatWasOkAndIsNotIsARegression() {
    var before = entries(ok("a.o", "p"), ok("a.o", "q"), ok("a.o", "r"));
    var error = FileVerdict.of("a.o", Verdicts.error("r", Verdict.Stage.MAPS, "no map"));

    var found = Baseline.of(before).compare(entries(rejected("a.o", "p"), ok("a.o", "q"), error));

    assertThat(found.regressions())
        .containsExactly(
            "a.o: p (xdp): ok -> rejected (EACCES: R0 !read_ok)", "a.o: r (xdp): ok -> missing");
    assertThat(found.added()).as("r in another section").isEqualTo(1);
  }

  @Test
  void namesThatFieldsHadBeforeAreRead() throws IOException {
    var earlier = Files.createFile(directory.resolve("earlier.jsonl"));
    var later = Files.createFile(directory.resolve("later.jsonl"));
    Files.writeString(
        earlier,
        """
        {"file":"a.o","program":"p","section":"xdp","verdict":"error","errnoName":"EPERM"}
        {"file":"a.o","program":"q","section":"xdp","verdict":"ok","insnFnv":"0a","verifiedInsns":5}
        """);
    Files.writeString(
        later,
        """
        {"file":"a.o","program":"p","section":"xdp","verdict":"error","errno_name":"EPERM"}
        {"file":"a.o","program":"q","section":"xdp","verdict":"ok","insn_fnv":"0a","verified_insns":5}
        """);
    var now = entries(ok("a.o", "p"), ok("a.o", "q"));

    var found = Baseline.read(earlier).compare(now);

    assertThat(found.notes())
        .containsExactlyElementsOf(Baseline.read(later).compare(now).notes())
        .anyMatch(note -> note.startsWith("a.o: p (xdp): not compared"))
        .anyMatch(note -> note.contains("other instructions: 0a ->"))
        .anyMatch(note -> note.contains("processed: 5 ->"));
  }

  @Test
  void whatThePrivilegesDidNotSufficeForIsNotCompared() {
    var refused = Verdicts.refused("p", Errno.EPERM, "program 'p': PROG_LOAD: EPERM");

    var found =
        Baseline.of(entries(ok("a.o", "p"))).compare(entries(FileVerdict.of("a.o", refused)));

    assertThat(found.regressions()).isEmpty();
    assertThat(found.notes())
        .containsExactly(
            "a.o: p (xdp): not compared: ok -> error (load: program 'p': PROG_LOAD: EPERM)");
  }

  @Test
  void whatIsMissingIsARegressionIfItWasOk() {
    var before =
        entries(
            ok("a.o", "p"), rejected("a.o", "q"), ok("b.o", "p"), ok("c.o", "p"), ok("d.o", "p"));

    var found =
        Baseline.of(before)
            .compare(
                entries(ok("d.o", "p"), FileVerdict.unopened("b.o", "b.o: no such file\nat all")));

    assertThat(found.regressions())
        .containsExactly(
            "a.o: p (xdp): ok -> missing",
            "b.o: p (xdp): ok -> missing (open: no such file)",
            "c.o: p (xdp): ok -> missing");
  }

  @Test
  void whatIsNewlyOkIsAnImprovementAndWhatIsNewIsCounted() {
    var before = entries(rejected("a.o", "p"));

    var found =
        Baseline.of(before).compare(entries(ok("a.o", "p"), ok("a.o", "q"), rejected("b.o", "p")));

    assertThat(found.improvements())
        .containsExactly("a.o: p (xdp): rejected (EACCES: R0 !read_ok) -> ok");
    assertThat(found.added()).isEqualTo(2);
    assertThat(found.regressions()).isEmpty();
  }

  @Test
  void otherInstructionsAndOtherWorkAreNotes() {
    var before =
        entries(
            FileVerdict.of("a.o", Verdicts.ok("same", 100, 1)),
            FileVerdict.of("a.o", Verdicts.ok("more", 100, 1)),
            FileVerdict.of("a.o", Verdicts.ok("other", 100, 1)),
            FileVerdict.of("a.o", Verdicts.ok("unknown", -1, 1)));
    var now =
        entries(
            FileVerdict.of("a.o", Verdicts.ok("same", 110, 1)),
            FileVerdict.of("a.o", Verdicts.ok("more", 111, 1)),
            FileVerdict.of("a.o", Verdicts.ok("other", 89, 2)),
            FileVerdict.of("a.o", Verdicts.ok("unknown", 100, 1)));

    var found = Baseline.of(before).compare(now);

    assertThat(found.notes())
        .containsExactly(
            "a.o: more (xdp): instructions that the verifier processed: 100 -> 111",
            "a.o: other (xdp): other instructions: 0000000000000001 -> 0000000000000002",
            "a.o: other (xdp): instructions that the verifier processed: 100 -> 89");
    assertThat(found.regressions()).isEmpty();
    assertThat(found.improvements()).isEmpty();
  }

  @Test
  void anotherKindOfFailureIsANote() {
    var before = entries(rejected("a.o", "p"));
    var after =
        FileVerdict.of(
            "a.o",
            new Verdict(
                "p",
                "xdp",
                java.util.Optional.empty(),
                Verdict.Outcome.ERROR,
                Verdict.Stage.MAPS,
                22,
                "no",
                "",
                -1,
                -1,
                "",
                java.util.Optional.empty(),
                java.time.Duration.ZERO));

    assertThat(Baseline.of(before).compare(entries(after)).notes())
        .containsExactly("a.o: p (xdp): rejected (EACCES: R0 !read_ok) -> error (maps: no)");
  }

  @Test
  void findsFilesThatMovedByTheirLastElements() {
    var before =
        entries(
            ok("/old/x/a.o", "p"), ok("/old/y/a.o", "p"), ok("/old/b.o", "p"), ok("/old/c.o", "p"));

    var found =
        Baseline.of(before)
            .compare(
                entries(
                    rejected("new/y/a.o", "p"),
                    ok("new/x/a.o", "p"),
                    ok("b.o", "p"),
                    ok("e.o", "p")));

    assertThat(found.regressions())
        .containsExactly(
            "new/y/a.o: p (xdp): ok -> rejected (EACCES: R0 !read_ok)",
            "/old/c.o: p (xdp): ok -> missing");
    assertThat(found.added()).isEqualTo(1);
  }

  @Test
  void takesNoFileForAnotherWhereTwoWouldDo() {
    var before = entries(ok("x/a.o", "p"), ok("y/a.o", "p"));

    var found = Baseline.of(before).compare(entries(ok("z/a.o", "p")));

    assertThat(found.added()).isEqualTo(1);
    assertThat(found.regressions()).hasSize(2);
  }

  @Test
  void tellsProgramsWithTheSameNameApart() {
    var before = entries(ok("a.o", "p"), rejected("a.o", "p"));

    assertThat(Baseline.of(before).compare(before).regressions()).isEmpty();
    assertThat(Baseline.of(before).compare(entries(ok("a.o", "p"))).regressions()).isEmpty();
    assertThat(
            Baseline.of(before)
                .compare(entries(rejected("a.o", "p"), rejected("a.o", "p")))
                .regressions())
        .hasSize(1);
  }

  @Test
  void readsTheLinesThatAreWritten() throws IOException {
    var run =
        List.of(
            ok("a.o", "p\u2028\"\\\ud800"),
            rejected("a.o", "q"),
            FileVerdict.unopened("b.o", "no"),
            FileVerdict.of("c.o", Verdicts.ok("r", -1, -1)));
    var file = directory.resolve("before.jsonl");
    Files.writeString(
        file, run.stream().map(FileVerdict::toJson).collect(Collectors.joining("\n", "", "\n\n")));

    var found = Baseline.read(file).compare(run.stream().map(Baseline.Entry::of).toList());

    assertThat(found).isEqualTo(new Baseline.Comparison(List.of(), List.of(), List.of(), 0));
  }

  @Test
  void readsLinesOfOthersWithMoreAndLessInThem() throws IOException {
    var file = directory.resolve("before.jsonl");
    Files.writeString(
        file,
        """
        {"file":"a.o","index":0,"program":"p","section":"xdp","type":6,"verdict":"ok"}
        {"file":"b.o","index":-1,"program":null,"section":null,"verdict":"error","stage":"open"}
        """);

    var found = Baseline.read(file).compare(entries(rejected("a.o", "p"), ok("b.o", "p")));

    assertThat(found.regressions()).hasSize(1);
    assertThat(found.added()).isEqualTo(1);
  }

  @Test
  void namesTheLineThatIsNoVerdict() throws IOException {
    var file = directory.resolve("before.jsonl");
    Files.writeString(
        file, ok("a.o", "p").toJson() + "\n{\"file\":\"a.o\",\"verdict\":\"fine\"}\n");
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> Baseline.read(file))
        .withMessageStartingWith(file + ", line 2: no verdict as 'verify --json' prints it");

    Files.writeString(file, "\nFILE  PROGRAM\n");
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> Baseline.read(file))
        .withMessageStartingWith(file + ", line 2, column 1: no JSON: Unrecognized token 'FILE'");

    Files.write(file, new byte[] {'{', (byte) 0xff, '}'});
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> Baseline.read(file))
        .withMessageContaining("cannot be read");

    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> Baseline.read(directory.resolve("none")))
        .withMessageContaining("none: no such file");
  }
}
