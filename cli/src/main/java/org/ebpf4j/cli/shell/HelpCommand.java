package org.ebpf4j.cli.shell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.error.NearestNames;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `ebpf4j help`: what a command prints with `--help`.
@Command(
    name = "help",
    mixinStandardHelpOptions = true,
    header = "Print the help of a command.",
    description = "The same as the command with --help; without a command, that of all of them.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j help", "  ebpf4j help run", "  ebpf4j help map dump"})
public final class HelpCommand implements Callable<Integer> {
  /// As many commands are all named.
  private static final int FEW = 16;

  /// What other tools call commands, and what they are called here.
  private static final Map<String, List<String>> OTHER_WORDS =
      Map.ofEntries(
          Map.entry("update", List.of("set")),
          Map.entry("lookup", List.of("get")),
          Map.entry("peek", List.of("get")),
          Map.entry("getnext", List.of("dump")),
          Map.entry("delete", List.of("del")),
          Map.entry("enqueue", List.of("push")),
          Map.entry("dequeue", List.of("pop")),
          Map.entry("ls", List.of("list")),
          Map.entry("remove", List.of("rm")),
          Map.entry("detach", List.of("prog detach", "link detach")),
          Map.entry("program", List.of("prog")),
          Map.entry("programs", List.of("prog")),
          Map.entry("register", List.of("load")),
          Map.entry("tracelog", List.of("run")),
          Map.entry("gen", List.of("generate", "link", "btf min")));

  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..*",
      description = "The words of the command, such as: map dump.")
  private List<String> words = new ArrayList<>();

  private final Console console;
  private final Supplier<CommandLine> commands;

  /// @param commands all of them
  public HelpCommand(Console console, Supplier<CommandLine> commands) {
    this.console = console;
    this.commands = commands;
  }

  @Override
  public Integer call() {
    var line = commands.get();
    var above = "";
    for (var word : words) {
      var known = line.getSubcommands();
      var command = known.get(word);
      if (command == null) {
        throw new UsageException(
            "there is no command '"
                + word
                + "'"
                + (above.isEmpty() ? "" : " of '" + above + "'")
                + near(word, known.keySet()));
      }
      line = command;
      above = above.isEmpty() ? word : above + " " + word;
    }
    line.usage(console.out());
    console.out().flush();
    return 0;
  }

  /// What is said behind a word that is no command: the one that comes near it, or all where they
  /// are few.
  public static String near(String word, Collection<String> known) {
    var near = NearestNames.near(word, known);
    var other = OTHER_WORDS.getOrDefault(word, List.of()).stream();
    var same = other.filter(w -> known.contains(w.split(" ", -1)[0])).toList();
    if (!same.isEmpty()) {
      return "; did you mean " + String.join(" or ", same) + "?";
    }
    if (near.isEmpty()) {
      return known.size() > FEW
          ? ""
          : "; there are " + String.join(", ", known.stream().sorted().toList());
    }
    return "; did you mean " + near.getFirst() + "?";
  }
}
