package org.ebpf4j.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.CommandLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class ManPageTest {
  @TempDir Path directory;

  static boolean hasMan() {
    return Files.isExecutable(Path.of("/usr/bin/man"));
  }

  @Test
  void eachCommandHasAPageWithWhatItsHelpSays() throws IOException {
    assertThat(Cli.run("man", directory).status()).isZero();

    var pages = ManPage.all(CommandLines.all(), "ebpf4j 0");
    assertThat(pages).containsKeys("ebpf4j.1", "ebpf4j-run.1", "ebpf4j-prog-list.1");
    for (var name : pages.keySet()) {
      assertThat(Files.readString(directory.resolve(name)))
          .startsWith(".TH EBPF4J")
          .contains(".SH NAME", ".SH SYNOPSIS", ".SH EXIT STATUS");
    }
    assertThat(pages.get("ebpf4j-prog-list.1"))
        .contains("\\-\\-jsonl", "ebpf4j prog list \\-\\-json");
    assertThat(pages.get("ebpf4j.1")).contains(".B verify\n");
  }

  @Test
  @EnabledIf("hasMan")
  void thePagesAreGoodRoff() throws IOException, InterruptedException {
    assertThat(Cli.run("man", directory).status()).isZero();
    try (var pages = Files.list(directory)) {
      for (var page : pages.toList()) {
        var man =
            new ProcessBuilder(
                    "man",
                    "--warnings",
                    "-E",
                    "UTF-8",
                    "-l",
                    "-Tutf8",
                    "-P",
                    "cat",
                    page.toString())
                .redirectErrorStream(true)
                .start();
        var text =
            new String(
                man.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(man.waitFor()).isZero();
        assertThat(text).doesNotContain("warning:").doesNotContain("error:");
      }
    }
  }
}
