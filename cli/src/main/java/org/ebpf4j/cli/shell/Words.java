package org.ebpf4j.cli.shell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The words of all commands, as a table in text: picocli takes longer to read the commands than
/// the user of a shell waits.
final class Words {
  /// The table, which a test makes of the commands.
  static final String TABLE = "words.tsv";

  /// Of a command that takes no words.
  private static final String NONE = "-";

  /// An option.
  ///
  /// @param name the name, with its dashes
  /// @param takes what its value is called, such as `FILE`; empty where it takes none
  /// @param values its values, where they are few
  /// @param text what it does
  record Option(String name, String takes, List<String> values, String text) {}

  /// A command.
  ///
  /// @param name its words, such as `prog list`
  /// @param takes what the words behind it are called, such as `FILE`; empty where it takes none
  /// @param text what it does
  /// @param options its options
  record Command(String name, String takes, String text, List<Option> options) {}

  private final Map<String, Command> commands = new LinkedHashMap<>();

  private Words() {}

  /// Reads the table.
  static Words read(String table) {
    var words = new Words();
    Command last = null;
    for (var line : table.lines().toList()) {
      var fields = line.split("\t", -1);
      if (fields.length == 3) {
        last =
            new Command(
                fields[0], fields[1].equals(NONE) ? "" : fields[1], fields[2], new ArrayList<>());
        words.commands.put(fields[0], last);
      } else if (last != null) {
        last.options()
            .add(
                new Option(
                    fields[1],
                    fields[2],
                    fields[3].isEmpty() ? List.of() : List.of(fields[3].split(",", -1)),
                    fields[4]));
      }
    }
    return words;
  }

  @Nullable Command command(String name) {
    return commands.get(name);
  }

  Collection<Command> commands() {
    return commands.values();
  }

  /// The table of a command line: a line with three fields for each command, followed by one with
  /// five for each of its options.
  static String table(CommandLine line) {
    var text = new StringBuilder();
    line.getSubcommands().forEach((name, command) -> write(text, name, command));
    return text.toString();
  }

  private static void write(StringBuilder text, String name, CommandLine command) {
    var spec = command.getCommandSpec();
    if (spec.usageMessage().hidden()) {
      return;
    }
    var positional =
        spec.positionalParameters().isEmpty()
            ? NONE
            : label(spec.positionalParameters().getFirst());
    text.append(name).append('\t').append(positional).append('\t');
    text.append(first(spec.usageMessage().header())).append('\n');
    for (var option : spec.options()) {
      if (!option.hidden()) {
        text.append('\t').append(option.longestName()).append('\t');
        text.append(takesValue(option) ? label(option) : "").append('\t');
        var values = new ArrayList<String>();
        if (option.completionCandidates() != null) {
          option.completionCandidates().forEach(v -> values.add(v.toLowerCase(Locale.ROOT)));
        } else if (label(option).indexOf('|') > 0) {
          values.addAll(List.of(label(option).split("\\|", -1)));
        }
        text.append(String.join(",", values)).append('\t');
        text.append(first(option.description())).append('\n');
      }
    }
    command
        .getSubcommands()
        .forEach((inner, subcommand) -> write(text, name + " " + inner, subcommand));
  }

  private static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  private static String label(ArgSpec argument) {
    return argument.paramLabel().replaceAll("[<>\\[\\]]", "");
  }

  /// The first sentence.
  private static String first(String... lines) {
    var all = String.join(" ", lines).replaceAll("\\s+", " ").strip();
    var end = all.indexOf(". ");
    return end < 0 ? all : all.substring(0, end + 1);
  }
}
