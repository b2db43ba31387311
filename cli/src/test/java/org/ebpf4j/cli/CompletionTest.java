package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import picocli.AutoComplete;

/// The script of `completion` is what picocli makes of the commands. `-Debpf4j.golden=write` writes
/// it anew.
class CompletionTest {
  private static final Path FILE =
      TestObjects.example("hello")
          .resolve("../../cli/src/main/resources/org/ebpf4j/cli/" + CompletionCommand.SCRIPT)
          .normalize();

  static boolean hasBash() {
    return Files.isExecutable(Path.of("/bin/bash"));
  }

  @Test
  void theScriptIsThatOfTheCommands() throws IOException {
    var silence = new PrintWriter(Writer.nullWriter());
    var made =
        AutoComplete.bash("ebpf4j", new Commands(new Console(silence, silence), new Main()).line());

    if ("write".equals(System.getProperty("ebpf4j.golden"))) {
      Files.writeString(FILE, made);
    }
    assertThat(Files.readString(FILE)).isEqualTo(made);
  }

  @Test
  @EnabledIf("hasBash")
  void bashCompletesCommandsAndOptions() throws IOException, InterruptedException {
    assertThat(completed("ebpf4j ver")).contains("verify");
    assertThat(completed("ebpf4j run --keep")).contains("--keep-going");
    assertThat(Cli.run("completion").out()).isEqualTo(Files.readString(FILE));
  }

  private static List<String> completed(String line) throws IOException, InterruptedException {
    var words = List.of(line.split(" ", -1));
    var script =
        ". "
            + FILE
            + "; COMP_WORDS=("
            + line
            + "); COMP_CWORD="
            + (words.size() - 1)
            + "; COMP_LINE='"
            + line
            + "'; _complete_ebpf4j ebpf4j '"
            + words.getLast()
            + "'; printf '%s\\n' \"${COMPREPLY[@]}\"";
    var bash =
        new ProcessBuilder("/bin/bash", "--norc", "-c", script)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var out = bash.inputReader()) {
      return out.lines().map(String::strip).toList();
    } finally {
      bash.waitFor();
    }
  }
}
