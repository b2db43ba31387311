package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// Each command has examples in its help, and each of them is run, with what there is here in place
/// of the ids, names, pins and files that it names. Man pages have the same.
class ExamplesTest {
  /// Examples that end with another status than 0 on what they are run on.
  private static final Map<String, Set<Integer>> STATUSES =
      Map.of(
          // What is different is 1.
          "ebpf4j map diff 12 13", Set.of(0, 1),
          "ebpf4j map diff counts counts.jsonl --json", Set.of(0, 1),
          // This test holds the program.
          "ebpf4j why prog 42 --release --yes", Set.of(0, 1));

  private static List<CommandLine> commands() {
    var all = new ArrayList<CommandLine>();
    add(all, CommandLines.all());
    return all;
  }

  private static void add(List<CommandLine> all, CommandLine line) {
    if (!line.getCommandSpec().usageMessage().hidden()) {
      all.add(line);
      line.getSubcommands().values().forEach(command -> add(all, command));
    }
  }

  /// The lines of examples; what follows an empty line is none.
  private static List<String> examples(CommandLine command) {
    return Stream.of(command.getCommandSpec().usageMessage().footer())
        .takeWhile(line -> !line.isEmpty())
        .map(String::strip)
        .toList();
  }

  static Stream<String> all() {
    var lines = new LinkedHashSet<String>();
    commands().forEach(command -> lines.addAll(examples(command)));
    return lines.stream();
  }

  @Test
  void eachCommandHasExamples() {
    assertThat(commands())
        .allSatisfy(command ->
            assertThat(examples(command))
                .as(command.getCommandSpec().qualifiedName())
                .isNotEmpty()
                .anyMatch(line -> line.contains(command.getCommandSpec().qualifiedName())));
  }

  @Nested
  @KernelTest
  @RequiresKernel(value = "6.1", because = "iterators over some tasks, and all that examples show")
  @Requires({Facility.TRACEFS, Facility.BPFFS, Facility.CGROUP2, Facility.IP, Facility.SPEED})
  class Run {
    @TempDir Path directory;

    static Stream<String> examples() {
      return all();
    }

    @ParameterizedTest
    @MethodSource("examples")
    @SuppressWarnings("try") // What the fixture closes may be anything.
    void anExampleRuns(String line) throws Exception {
      if (!line.startsWith("ebpf4j ") || line.contains("|") || line.contains("&&")) {
        inAShell(line);
        return;
      }
      var counted = Path.of("/proc/sys/kernel/bpf_stats_enabled");
      var before = Files.readString(counted);
      var words = words(line);
      var redirected = words.indexOf(">");
      if (redirected >= 0) {
        words = words.subList(0, redirected);
      }
      try (var fixture = new ExampleFixture(directory, line, words)) {
        var fitted = fixture.fitted();
        var run = Cli.run(fitted.toArray());

        assertThat(STATUSES.getOrDefault(line, Set.of(0)))
            .as("%s%n%s%s", fitted, run.out(), run.err())
            .contains(run.status());
      } finally {
        if (line.startsWith("ebpf4j stats")) {
          Files.writeString(counted, before);
        }
      }
    }

    /// What is more than one command is run by a shell, with this JVM's classes as `ebpf4j`.
    private void inAShell(String line) throws IOException {
      assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash");
      assumeTrue(
          !line.contains("man ./") || Session.shell("command -v man") == 0, "no command man");
      Files.copy(TestObjects.example("hello/hello.bpf.o"), directory.resolve("some.bpf.o"));
      var command = String.join("' '", Session.command());
      try (var session =
          Session.startWords(
              List.of(
                  "/bin/bash",
                  "-c",
                  "set -eo pipefail; cd '"
                      + directory
                      + "'; ebpf4j() { '"
                      + command
                      + "' \"$@\"; }; "
                      + line.replaceAll("/(etc|usr)/\\S*/|~/\\S*/", "./")))) {
        assertThat(session.finish()).as(session.err()).isZero();
      }
    }
  }

  /// The words of a line, as a shell has them.
  private static List<String> words(String line) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    var quoted = false;
    for (var c : (line + " ").toCharArray()) {
      if (c == '\'') {
        quoted = !quoted;
      } else if (c == ' ' && !quoted) {
        if (!word.isEmpty()) {
          words.add(word.toString());
        }
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    return words;
  }
}
