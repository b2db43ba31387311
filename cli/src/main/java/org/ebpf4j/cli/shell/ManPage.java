package org.ebpf4j.cli.shell;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/// Man pages (section 1, in the macros of `man(7)`), made of the same annotations as `--help`.
public final class ManPage {
  private static final String STATUS =
      "0 done, 1 failed, 2 wrong usage, 3 not found, 4 not permitted, 5 not supported here,"
          + " 6 rejected by the verifier, 130 ended by Ctrl\\-C.";

  private final CommandSpec spec;

  private ManPage(CommandSpec spec) {
    this.spec = spec;
  }

  /// The pages of a command and of all below it, by the names of their files.
  ///
  /// @param version such as `ebpf4j 0.1.0`
  public static Map<String, String> all(CommandLine line, String version) {
    var pages = new TreeMap<String, String>();
    add(pages, line, version);
    return pages;
  }

  private static void add(Map<String, String> pages, CommandLine line, String version) {
    var spec = line.getCommandSpec();
    if (spec.usageMessage().hidden()) {
      return;
    }
    var page = new ManPage(spec);
    pages.put(page.name() + ".1", page.text(version));
    line.getSubcommands().values().forEach(command -> add(pages, command, version));
  }

  private String name() {
    return spec.qualifiedName("-");
  }

  private String text(String version) {
    var text = new StringBuilder();
    text.append(".TH ")
        .append(name().toUpperCase(Locale.ROOT))
        .append(" 1 \"\" \"")
        .append(version)
        .append("\" \"eBPF for the JVM\"\n");
    var usage = spec.usageMessage();
    var what = usage.header().length > 0 ? usage.header() : usage.description();
    section(text, "NAME");
    var one = String.join(" ", what);
    line(
        text,
        name() + " \\- " + escape(one.endsWith(".") ? one.substring(0, one.length() - 1) : one));
    section(text, "SYNOPSIS");
    var synopsis =
        new CommandLine.Help(spec, CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line(text, escape(synopsis.synopsis(0).replaceAll("\\s+", " ").strip()));
    if (usage.description().length > 0) {
      section(text, "DESCRIPTION");
      line(text, escape(join(usage.description())));
    }
    commands(text);
    var positional = new TreeMap<String, ArgSpec>();
    for (var parameter : spec.positionalParameters()) {
      if (!parameter.hidden()) {
        positional.putIfAbsent(parameter.paramLabel(), parameter);
      }
    }
    arguments(text, "ARGUMENTS", positional);
    var options = new TreeMap<String, ArgSpec>();
    for (var option : spec.options()) {
      if (!option.hidden()) {
        var value = option.arity().max() > 0 ? " " + option.paramLabel() : "";
        options.put(String.join(", ", option.names()) + value, option);
      }
    }
    arguments(text, "OPTIONS", options);
    examples(text);
    section(text, "EXIT STATUS");
    line(text, STATUS);
    section(text, "SEE ALSO");
    line(text, seeAlso());
    return text.toString();
  }

  private void commands(StringBuilder text) {
    if (spec.subcommands().isEmpty()) {
      return;
    }
    section(text, "COMMANDS");
    spec.subcommands()
        .forEach((name, command) -> {
          var of = command.getCommandSpec();
          if (!of.usageMessage().hidden()) {
            term(text, name, List.of(of.usageMessage().header()));
          }
        });
  }

  private static void arguments(StringBuilder text, String title, Map<String, ArgSpec> arguments) {
    if (arguments.isEmpty()) {
      return;
    }
    section(text, title);
    arguments.forEach((name, argument) -> term(text, name, Arrays.asList(argument.description())));
  }

  private void examples(StringBuilder text) {
    var footer = spec.usageMessage().footer();
    if (footer.length == 0) {
      return;
    }
    section(text, "EXAMPLES");
    text.append(".nf\n");
    for (var line : footer) {
      // What follows an empty line is no example.
      if (line.isEmpty()) {
        break;
      }
      line(text, escape(line.strip()));
    }
    text.append(".fi\n");
  }

  private String seeAlso() {
    var parent = spec.parent();
    return parent == null
        ? "bpf(2), bpftool(8)"
        : new ManPage(parent).name().replace("-", "\\-") + "(1), bpf(2)";
  }

  private static void section(StringBuilder text, String title) {
    text.append(".SH ").append(title).append('\n');
  }

  private static void term(StringBuilder text, String name, List<String> description) {
    text.append(".TP\n.B ").append(escape(name)).append('\n');
    line(text, escape(join(description.toArray(String[]::new))));
  }

  /// Lines of help end where the terminal does; those of a page need not.
  private static String join(String... lines) {
    return String.join(" ", lines).replaceAll("\\s+", " ").strip();
  }

  /// A line that begins with a dot or a quote would be a request.
  private static void line(StringBuilder text, String line) {
    text.append(line.startsWith(".") || line.startsWith("'") ? "\\&" : "")
        .append(line)
        .append('\n');
  }

  private static String escape(String text) {
    return text.replace("%n", " ").replace("%%", "%").replace("\\", "\\e").replace("-", "\\-");
  }
}
