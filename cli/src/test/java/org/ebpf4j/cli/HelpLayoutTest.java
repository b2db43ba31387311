package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HelpLayoutTest {
  @Test
  void linesThatGoOnAreOneParagraph() {
    assertThat(
            HelpLayout.paragraphs(
                "Takes what is there and says what became of it, also where that is much, as a",
                "line for each.",
                "",
                "One of",
                "first:PLACE",
                "second:PLACE"))
        .containsExactly(
            "Takes what is there and says what became of it, also where that is much, as a line"
                + " for each.",
            "",
            "One of",
            "first:PLACE",
            "second:PLACE");
  }

  /// Names of options and percent signs come out as without.
  @Test
  void helpOfOptionsIsWhole() {
    var help = Cli.run("verify", "--help").out();
    assertThat(help)
        .contains("  -h, --help  ", "  -V, --version  ", "(by more than 10 %) are told.")
        .doesNotContain("${", "%%");
    for (var command : new String[] {"run", "load", "why", "top", "net"}) {
      assertThat(Cli.run(command, "--help").out()).doesNotContain("${", "%%", "\nthe one");
    }
  }
}
