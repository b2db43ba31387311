package org.ebpf4j.cli.map;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.listing.Choice;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.linux.LinuxKernel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A command on one map, whose first words say which it is: an id, a name, the path of a pin, or
/// `id 12`, `name counts`, `pinned PATH`.
abstract class EntryCommand implements PlainLine.Command {
  @Parameters(
      paramLabel = "WHICH",
      description = {
        "The map: its id, name or pin; behind it what the command wants of an entry, such as"
            + " pid=7 value.hits=1, key=7 value=1, or key hex 07 00 00 00."
      })
  private List<String> words = new ArrayList<>();

  @Mixin private final JsonOptions json = new JsonOptions();

  @Option(names = "--hex", description = "Show bytes, not what they mean.")
  private boolean hex;

  private final Console console;

  EntryCommand(Console console) {
    this.console = console;
  }

  /// Does it.
  ///
  /// @param rest the words behind those that choose the map
  abstract int run(Content content, List<String> rest) throws Exception;

  /// Takes an option that only this command has.
  boolean own(String name, PlainLine.Value value) {
    return false;
  }

  final Console console() {
    return console;
  }

  final boolean isJson() {
    return json.isJson();
  }

  final boolean isJsonLines() {
    return json.isLines();
  }

  /// What objects are printed to, where there may be any number.
  final JsonList jsonList() {
    return json.list(console.out());
  }

  /// Whether bytes are wanted.
  final boolean isHex() {
    return hex;
  }

  @Override
  public final boolean option(String name, PlainLine.Value value) {
    if (name.equals("--hex")) {
      hex = value.flag(hex);
      return true;
    }
    return json.option(name, value) || own(name, value);
  }

  @Override
  public final boolean word(String word) {
    return words.add(word);
  }

  @Override
  public final boolean complete() {
    return !words.isEmpty();
  }

  @Override
  public final Integer call() throws Exception {
    if (words.isEmpty()) {
      throw new UsageException("which map is meant is missing: its id, name or pin");
    }
    try (var kernel = LinuxKernel.open()) {
      var count = chosenBy(words);
      try (var map = kernel.openMap(Choice.map(kernel, words.subList(0, count)))) {
        var status = run(Content.of(map, hex), words.subList(count, words.size()));
        console.out().flush();
        return status;
      }
    }
  }

  /// How many words choose a map: two after `id`, `name` or `pinned`.
  static int chosenBy(List<String> words) {
    return words.size() > 1
            && switch (words.getFirst()) {
              case "id", "name", "pinned" -> true;
              default -> false;
            }
        ? 2
        : 1;
  }

  /// Says what was done: a line, or a JSON object.
  final void say(String line, java.util.function.Consumer<Json.Fields> fields) {
    console.out().println(isJson() ? Json.object(fields) : line);
  }
}
