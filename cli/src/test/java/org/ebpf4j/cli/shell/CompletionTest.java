package org.ebpf4j.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.CommandLines;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// Completion: the table of words is what the commands are (`-Debpf4j.golden=write` writes it
/// anew), and shells make words of it.
class CompletionTest {
  private static final Path TABLE =
      TestObjects.example("hello")
          .resolve("../../cli/src/main/resources/org/ebpf4j/cli/shell/" + Words.TABLE)
          .normalize();

  static boolean hasBash() {
    return Files.isExecutable(Path.of("/bin/bash"));
  }

  @Test
  void theTableIsThatOfTheCommands() throws IOException {
    var made = Words.table(CommandLines.all());
    if ("write".equals(System.getProperty("ebpf4j.golden"))) {
      Files.writeString(TABLE, made);
    }
    assertThat(Files.readString(TABLE)).isEqualTo(made);
  }

  private static List<String> complete(Object... words) {
    var line = new Object[words.length + 1];
    line[0] = "complete";
    System.arraycopy(words, 0, line, 1, words.length);
    return Cli.run(line).out().lines().map(l -> l.replaceFirst("\t.*", "")).toList();
  }

  @Test
  void commandsOptionsAndValuesAreCompleted() {
    assertThat(complete("ver")).containsExactly("verify");
    assertThat(complete("")).contains("run", "prog", "--version").doesNotContain("prog list");
    assertThat(complete("prog", "l")).containsExactly("list");
    assertThat(complete("prog", "list", "--js")).containsExactly("--json", "--jsonl");
    assertThat(complete("run", "--keep")).containsExactly("--keep-going");
    assertThat(complete("btf", "dump", "x.o", "--format", "")).contains("c");
    assertThat(complete("why", "")).contains("prog", "map", "link");
    assertThat(complete("prog", "dump", "")).containsExactly("xlated", "jited");
    assertThat(complete("run", "")).containsExactly(CompleteCommand.FILES);
    assertThat(complete("no_such_command", "")).isEmpty();
    assertThat(complete()).contains("run");
  }

  @Test
  void bashHasAnEqualsSignAsAWord() {
    assertThat(complete("btf", "dump", "x.o", "--format", "=", "")).contains("c");
    assertThat(complete("btf", "dump", "x.o", "--format", "=")).contains("c");
  }

  @Test
  void thereIsAScriptForEachShell() {
    for (var shell : CompletionCommand.SHELLS) {
      assertThat(Cli.run("completion", shell).out()).contains("ebpf4j complete".substring(7));
    }
    assertThat(Cli.run("completion").out()).isEqualTo(Cli.run("completion", "bash").out());
    var other = Cli.run("completion", "csh");
    assertThat(other.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(other.err()).contains("there is no completion for the shell 'csh'");
  }

  @Test
  @EnabledIf("hasBash")
  void bashTakesWhatItIsGiven() throws IOException, InterruptedException {
    var script =
        Cli.run("completion", "bash").out()
            + "\nebpf4j() { printf '%s\\n' $'verify\\tTell' \"args:$*\"; }\n"
            + "COMP_WORDS=(ebpf4j run ver); COMP_CWORD=2; _ebpf4j;"
            + " printf '%s\\n' \"${COMPREPLY[@]}\"";
    var bash =
        new ProcessBuilder("/bin/bash", "--norc", "-c", script)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var out = bash.inputReader()) {
      assertThat(out.lines()).containsExactly("verify", "args:complete run ver");
    } finally {
      bash.waitFor();
    }
  }

  /// With a kernel.
  @Nested
  @KernelTest
  class Live {
    @Test
    void idsAndNamesOfWhatIsAliveAreCompleted() {
      try (var kernel = LinuxKernel.open();
          var map = kernel.createMap(MapSpec.of("completed_map", MapType.ARRAY, 4, 8, 1))) {
        assertThat(complete("map", "show", "completed")).containsExactly("completed_map");
        assertThat(complete("why", "map", "completed")).containsExactly("completed_map");
        assertThat(complete("map", "show", map.id())).contains(String.valueOf(map.id()));
        assertThat(complete("map", "show", "--columns", "")).doesNotContain("completed_map");
      }
    }
  }
}
