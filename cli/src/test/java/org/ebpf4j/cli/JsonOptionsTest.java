package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.Map;
import java.util.TreeMap;
import org.ebpf4j.cli.process.Console;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// Every command prints JSON, in both shapes, or has a reason not to.
class JsonOptionsTest {
  /// Commands whose output has a form that others defined.
  static final Map<String, String> WITHOUT =
      Map.of(
          "completion", "prints a script for a shell",
          "help", "prints text for people",
          "export prometheus", "prints Prometheus' text format, or OTLP's JSON for spans");

  /// All commands that do something, by their words; groups of commands only print their help.
  static Map<String, CommandLine> commands() {
    var console =
        new Console(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()));
    var found = new TreeMap<String, CommandLine>();
    collect("", new Commands(console, new Main()).line(), found);
    return found;
  }

  private static void collect(String words, CommandLine line, Map<String, CommandLine> found) {
    line.getSubcommands()
        .forEach((name, sub) -> {
          var path = words.isEmpty() ? name : words + " " + name;
          if (sub.getSubcommands().isEmpty()
              || !sub.getCommandSpec().positionalParameters().isEmpty()
              || sub.getCommandSpec().optionsMap().containsKey("--json")) {
            found.put(path, sub);
          }
          collect(path, sub, found);
        });
  }

  @Test
  void everyCommandHasBothShapes() {
    var commands = commands();
    assertThat(commands).hasSizeGreaterThan(50).containsKeys("run", "link", "feature", "map dump");
    commands.forEach((words, line) -> {
      var options = line.getCommandSpec().optionsMap().keySet();
      if (WITHOUT.containsKey(words)) {
        assertThat(options).as(words).doesNotContain("--json", "--jsonl");
      } else {
        assertThat(options).as(words).contains("--json", "--jsonl");
      }
    });
    assertThat(commands).containsKeys(WITHOUT.keySet().toArray(String[]::new));
  }
}
