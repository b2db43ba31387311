package org.ebpf4j.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.ebpf4j.Verdict;
import org.junit.jupiter.api.Test;

class VerdictTableTest {
  private final StringWriter text = new StringWriter();

  private VerdictTable table(String... files) {
    return new VerdictTable(new PrintWriter(text), List.of(files));
  }

  private static List<FileVerdict> of(String file, Verdict... verdicts) {
    return java.util.Arrays.stream(verdicts).map(v -> FileVerdict.of(file, v)).toList();
  }

  @Test
  void alignsRowsAndPutsReasonsBelow() {
    var table = table("dir/a.o", "b.o");

    table.print(of("dir/a.o", Verdicts.ok("short"), Verdicts.ok("a_longer_name", 1_000_000, 1)));
    table.print(
        of(
            "b.o",
            Verdicts.rejected(
                "p",
                """
                R0 !read_ok
                  try: this
                  at a.c:7  return;
                  at instruction 0: (95) exit
                  in program 'p' (xdp), rejected with EACCES\
                """,
                ""),
            Verdicts.error("q", Verdict.Stage.RELOCATE, "no symbol 'x'")));

    assertThat(text.toString())
        .isEqualTo(
            """
            FILE     PROGRAM        VERDICT      INSNS   STATES       TIME
            dir/a.o  short          ok             100       10     1.2 ms
            dir/a.o  a_longer_name  ok         1000000   100000     1.2 ms
            b.o      p              rejected         7        1     2.0 ms
                EACCES: R0 !read_ok
                try: this
                at a.c:7  return;
                at instruction 0: (95) exit
            b.o      q              error            -        -     0.0 ms
                relocate: no symbol 'x'
            """);
  }

  @Test
  void printsNothingForAFileWithoutPrograms() {
    table("a.o").print(List.of());

    assertThat(text.toString()).isEmpty();
  }

  @Test
  void printsNothingThatATerminalTakesForAnOrder() {
    var evil = "p\u001b[31m\u202e\u009b";

    table("a.o").print(of("a.o", Verdicts.rejected(evil, "no\u0007 good\r\nmore\u001b]0;x", "")));

    assertThat(text.toString())
        .contains("p\\x1b[31m\\u202e\\u009b", "no\\x07 good\n", "more\\x1b]0;x")
        .doesNotContain("\u001b", "\u0007", "\u202e", "\u009b");
  }

  @Test
  void cutsLongReasonsAndDoesNotRepeatTheErrorNumber() {
    table("a.o").print(of("a.o", Verdicts.rejected("p", "EACCES " + "x".repeat(1000), "")));

    assertThat(text.toString().lines().toList().get(2))
        .startsWith("    EACCES xxx")
        .hasSize(304)
        .endsWith("…");
  }

  @Test
  void doesNotRepeatTheNameOfTheFile() {
    table("a.o").print(List.of(FileVerdict.unopened("a.o", "a.o, section maps, offset 0x8: odd")));

    assertThat(text.toString()).endsWith("\n    open: section maps, offset 0x8: odd\n");
  }

  @Test
  void aLongNameMovesItsOwnRowOnly() {
    var longName = "d/".repeat(60) + "a.o";
    var table = table(longName, "b.o");

    table.print(of(longName, Verdicts.ok("p")));
    table.print(of("b.o", Verdicts.ok("p")));

    assertThat(text.toString().lines().toList().get(2)).startsWith("b.o   p        ok");
    assertThat(text.toString().lines().toList().get(1)).startsWith(longName + "  p        ok");
  }
}
