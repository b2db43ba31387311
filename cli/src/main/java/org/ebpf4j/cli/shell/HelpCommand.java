package org.ebpf4j.cli.shell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
    if (near.isEmpty()) {
      var all = NearestNames.of(word, known);
      return all.isEmpty() ? "" : "; there are " + String.join(", ", all);
    }
    return "; did you mean " + near.getFirst() + "?";
  }
}
