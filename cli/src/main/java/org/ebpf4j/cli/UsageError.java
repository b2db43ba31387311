package org.ebpf4j.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.ebpf4j.cli.shell.HelpCommand;
import org.ebpf4j.error.NearestNames;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// What is said of words that make no command: what is wrong, names that are near, and how to get
/// help.
final class UsageError {
  /// How picocli says that a word is none of those of an option.
  private static final Pattern ONE_OF =
      Pattern.compile(
          "In(valid value for option '[^']*'): expected one of \\[(.*)] \\(case-insensitive\\) but"
              + " was '(.*)'");

  private UsageError() {}

  /// What is wrong, in a line.
  static String describe(ParameterException e) {
    var line = e.getCommandLine();
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unmatched(line, unmatched.getUnmatched());
    }
    // What is missing may be there under a name that is none.
    if (e instanceof MissingParameterException && !line.getUnmatchedArguments().isEmpty()) {
      return unmatched(line, line.getUnmatchedArguments());
    }
    var value = ONE_OF.matcher(String.valueOf(e.getMessage()));
    if (value.matches()) {
      var known = Arrays.asList(value.group(2).toLowerCase(Locale.ROOT).split(", ", -1));
      return "in"
          + value.group(1)
          + ": '"
          + value.group(3)
          + "' is none of "
          + String.join(", ", known)
          + near(value.group(3), known);
    }
    var message =
        String.valueOf(e.getMessage()).replaceFirst("is not an? (int|long)$", "is no number");
    return message.length() > 1 && Character.isLowerCase(message.charAt(1))
        ? message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1)
        : message;
  }

  private static String unmatched(CommandLine line, List<String> words) {
    var spec = line.getCommandSpec();
    var isMain = spec.parent() == null;
    var behind = isMain ? "" : " of '" + spec.qualifiedName().replaceFirst("^\\S+ ", "") + "'";
    for (var word : words) {
      if (word.startsWith("-") && word.length() > 1) {
        var name = word.replaceFirst("=.*", "");
        return "there is no option '" + name + "'" + behind + near(name, options(spec));
      }
    }
    var word = words.getFirst();
    if (!spec.subcommands().isEmpty()) {
      return "there is no command '"
          + word
          + "'"
          + behind
          + HelpCommand.near(word, spec.subcommands().keySet());
    }
    return "'" + String.join(" ", words) + "' is more than '" + spec.qualifiedName() + "' takes";
  }

  private static String near(String name, Collection<String> known) {
    var near = NearestNames.of(name, known).stream().limit(3).toList();
    return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
  }

  private static List<String> options(CommandSpec spec) {
    return spec.options().stream()
        .flatMap(o -> Arrays.stream(o.names()))
        .filter(n -> n.startsWith("--"))
        .collect(Collectors.toList());
  }
}
