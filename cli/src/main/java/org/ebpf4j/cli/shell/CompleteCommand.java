package org.ebpf4j.cli.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.jspecify.annotations.Nullable;

/// `ebpf4j complete WORD…`: what the last word may become, for the scripts of [CompletionCommand].
/// A line for each, with what it stands for behind a tabulator; `:files` for names of files. Where
/// the kernel may not be asked, what would come from it is left out, as a shell has no room for
/// errors; the exit status tells.
public final class CompleteCommand {
  static final String FILES = ":files";

  /// The kinds of objects that are alive in the kernel, as commands name them.
  private static final List<String> LIVE = List.of("prog", "map", "link", "btf");

  private final Console console;

  public CompleteCommand(Console console) {
    this.console = console;
  }

  /// @param given the words behind the name of the program, the last one as far as it is typed
  public int run(List<String> given) throws IOException {
    // Bash has an equals sign as a word of its own.
    var typed = new ArrayList<>(given);
    typed.removeIf(word -> word.equals("="));
    var last = typed.isEmpty() || given.getLast().equals("=") ? "" : typed.removeLast();
    var lines = new LinkedHashSet<String>();
    var status = 0;
    try {
      add(lines, Words.read(CompletionCommand.resource(Words.TABLE)), typed, last);
    } catch (BpfException _) {
      status = ExitStatus.FAILED;
    }
    for (var line : lines) {
      if (line.equals(FILES) || line.startsWith(last)) {
        console.out().println(line);
      }
    }
    console.out().flush();
    return status;
  }

  private static void add(Set<String> lines, Words words, List<String> typed, String last) {
    var command = command(words, typed);
    if (command == null) {
      if (typed.isEmpty()) {
        words.commands().stream()
            .filter(c -> c.name().indexOf(' ') < 0)
            .forEach(c -> lines.add(c.name() + "\t" + c.text()));
        lines.add("--help\tShow help.");
        lines.add("--version\tPrint the version.");
      }
      return;
    }
    var own = typed.subList(count(command.name()), typed.size());
    if (!own.isEmpty()) {
      for (var option : command.options()) {
        if (option.name().equals(own.getLast()) && !option.takes().isEmpty()) {
          addValues(lines, option);
          return;
        }
      }
    }
    if (last.startsWith("-")) {
      command.options().forEach(option -> lines.add(option.name() + "\t" + option.text()));
      return;
    }
    if (own.isEmpty()) {
      words.commands().stream()
          .filter(c -> c.name().startsWith(command.name() + " "))
          .forEach(
              c -> lines.add(c.name().substring(command.name().length() + 1) + "\t" + c.text()));
    }
    if (command.takes().equals("COMMAND")) {
      addCommands(lines, words, own.isEmpty() ? "" : String.join(" ", own) + " ");
    } else if (!command.takes().isEmpty()) {
      addObjects(lines, command, own, last);
    }
  }

  /// The commands with one word more than those that are there.
  private static void addCommands(Set<String> lines, Words words, String begin) {
    for (var command : words.commands()) {
      var name = command.name();
      if (name.startsWith(begin) && name.indexOf(' ', begin.length()) < 0) {
        lines.add(name.substring(begin.length()) + "\t" + command.text());
      }
    }
  }

  private static void addValues(Set<String> lines, Words.Option option) {
    if (option.values().isEmpty()) {
      lines.add(FILES);
    } else {
      lines.addAll(option.values());
    }
  }

  /// The command that the words begin with, of as many words as fit.
  private static Words.@Nullable Command command(Words words, List<String> typed) {
    Words.Command found = null;
    var name = new StringBuilder();
    for (var word : typed) {
      var next = words.command(name.isEmpty() ? word : name + " " + word);
      if (next == null) {
        break;
      }
      found = next;
      name.append(name.isEmpty() ? "" : " ").append(word);
    }
    return found;
  }

  private static int count(String name) {
    return name.split(" ", -1).length;
  }

  private static void addObjects(
      Set<String> lines, Words.Command command, List<String> own, String last) {
    // Such as KIND WHICH: the last one stands for all that follow.
    var labels = command.takes().split(" ", -1);
    var label = labels[Math.min(own.size(), labels.length - 1)];
    if (label.equals("KIND")) {
      lines.addAll(LIVE);
      return;
    }
    if (label.indexOf('|') > 0) {
      lines.addAll(List.of(label.split("\\|", -1)));
      return;
    }
    var isOfKind = labels[0].equals("KIND");
    var kind = isOfKind ? own.getFirst() : command.name().split(" ", -1)[0];
    var isLive = label.equals("WHICH") && LIVE.contains(kind);
    if (!isLive || last.contains("/")) {
      lines.add(FILES);
      return;
    }
    try (var kernel = LinuxKernel.open()) {
      switch (kind) {
        case "prog" -> kernel.programs().forEach(p -> add(lines, p.id(), p.name(), p.typeLabel()));
        case "map" -> kernel.maps().forEach(m -> add(lines, m.id(), m.name(), m.typeLabel()));
        case "btf" ->
            kernel.types().forEach(t -> add(lines, t.id(), t.name(), t.kernel() ? "kernel" : ""));
        default -> kernel.linkIds().forEach(id -> add(lines, id, "", "link"));
      }
    }
  }

  private static void add(Set<String> lines, int id, String name, String what) {
    var number = Integer.toUnsignedString(id);
    lines.add(number + "\t" + what + " " + name);
    if (!name.isEmpty()) {
      lines.add(name + "\t" + what + " " + number);
    }
  }
}
