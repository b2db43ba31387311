package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ebpf4j.cli.process.Console;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// Nothing is changed by surprise.
class SafetyTest {
  /// Commands that change what others see or live on.
  private static final Set<String> CHANGING =
      Set.of(
          "run",
          "load",
          "unpin",
          "export prometheus",
          "link detach",
          "link pin",
          "prog pin",
          "prog attach",
          "prog detach",
          "map set",
          "map del",
          "map push",
          "map pop",
          "map import",
          "map create",
          "map freeze",
          "map pin",
          "pin rm",
          "stats on",
          "stats off",
          "why");

  /// Commands that only read, or write nothing but files that are named: `verify` and `doctor` load
  /// programs and let them go, `feature` attaches some where that disturbs nobody, `top` counts
  /// runs while it is open.
  private static final Set<String> READING =
      Set.of(
          "attach",
          "verify",
          "disasm",
          "generate",
          "link",
          "link list",
          "link show",
          "net",
          "cgroup show",
          "cgroup tree",
          "perf",
          "prog list",
          "prog show",
          "prog dump",
          "map list",
          "map show",
          "map get",
          "map dump",
          "map count",
          "map diff",
          "map watch",
          "map export",
          "btf list",
          "btf dump",
          "btf min",
          "pin list",
          "stats show",
          "iter list",
          "iter cat",
          "struct_ops list",
          "struct_ops dump",
          "token list",
          "tree",
          "top",
          "doctor",
          "feature",
          "feature diff",
          "completion",
          "schema",
          "help",
          "man");

  /// Commands that destroy what may be in use, and ask first.
  private static final Set<String> ASKING =
      Set.of("link detach", "prog detach", "pin rm", "unpin", "map del", "map freeze", "why");

  /// Groups of commands that do nothing themselves.
  private static final Set<String> GROUPS =
      Set.of(
          "export", "cgroup", "prog", "map", "btf", "pin", "stats", "iter", "struct_ops", "token");

  private static CommandLine line() {
    var console =
        new Console(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
    return new Commands(console, new Main()).line();
  }

  /// All commands, by their words.
  private static Stream<CommandLine> commands(CommandLine line) {
    return line.getSubcommands().values().stream()
        .flatMap(each -> Stream.concat(Stream.of(each), commands(each)));
  }

  private static String name(CommandLine line) {
    return line.getCommandSpec().qualifiedName().replaceFirst("^ebpf4j ", "");
  }

  private static List<CommandLine> named(Set<String> names) {
    return commands(line()).filter(each -> names.contains(name(each))).toList();
  }

  @Test
  void eachCommandIsKnownToChangeSomethingOrNot() {
    var known = new TreeSet<>(CHANGING);
    known.addAll(READING);
    known.addAll(GROUPS);
    Set<String> there =
        commands(line()).map(SafetyTest::name).collect(Collectors.toCollection(TreeSet::new));
    assertThat(there).isEqualTo(known);
    assertThat(known).hasSize(CHANGING.size() + READING.size() + GROUPS.size());
  }

  @Test
  void whatChangesSomethingHasADryRun() {
    var commands = named(CHANGING);
    assertThat(commands).hasSize(CHANGING.size());
    assertThat(commands)
        .allSatisfy(each ->
            assertThat(each.getCommandSpec().optionsMap()).as(name(each)).containsKey("--dry-run"));
  }

  @Test
  void whatMayBreakSomethingAsks() {
    var commands = named(ASKING);
    assertThat(commands).hasSize(ASKING.size());
    assertThat(commands)
        .allSatisfy(each ->
            assertThat(each.getCommandSpec().optionsMap()).as(name(each)).containsKey("--yes"));
  }

  /// A part of a verb is no verb: `link det 7` detaches nothing.
  @Test
  void partsOfVerbsAreNoVerbs() {
    var wrong = new ArrayList<String>();
    for (var command : commands(line()).toList()) {
      var name = name(command);
      if (name.contains(" ") && name.length() - name.indexOf(' ') > 2) {
        var part = name.substring(0, name.length() - 1).split(" ");
        if (!known(String.join(" ", part))) {
          var run = Cli.run((Object[]) part);
          if (run.status() != 2 && !name.startsWith("link ")) {
            wrong.add(String.join(" ", part) + ": " + run);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    var link = Cli.run("link", "detac", "7");
    assertThat(link.status()).isNotZero();
    assertThat(link.out()).isEmpty();
  }

  private static boolean known(String name) {
    return CHANGING.contains(name) || READING.contains(name) || GROUPS.contains(name);
  }
}
