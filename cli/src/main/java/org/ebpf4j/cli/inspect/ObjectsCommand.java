package org.ebpf4j.cli.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.listing.Selection;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.HoldingProcess;
import org.ebpf4j.linux.inspect.PinInfo;
import org.ebpf4j.linux.reference.ObjectType;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A command that shows objects of the kernel, of one kind: those that its words choose, or all.
///
/// @param <T> the kind
abstract class ObjectsCommand<T> implements PlainLine.Command {
  @Mixin private final Listing listing = new Listing();

  @Parameters(
      paramLabel = "WHICH",
      description = "Ids, names, tags or paths of pins; all without any.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--pins",
      description = "Also say where they are pinned, which is looked for in every bpffs.")
  private boolean pins;

  private final Console console;
  private final boolean details;
  private Map<Integer, List<String>> found = Map.of();
  private Map<Integer, List<HoldingProcess>> processes = Map.of();

  /// Whether it was asked where they are pinned.
  final boolean wantsPins() {
    return pins;
  }

  /// @param details whether all that is known of each is printed, in place of a line
  ObjectsCommand(Console console, boolean details) {
    this.console = console;
    this.details = details;
  }

  /// All of the kind.
  abstract List<T> all(LinuxKernel kernel);

  /// How words choose them.
  abstract Selection<T> selection(LinuxKernel kernel);

  /// How they are shown.
  abstract View<T> view();

  /// The kind of object as pins have it; empty where there are none of it.
  abstract String pinnedAs();

  /// Where an object is pinned, where that was asked for.
  final List<String> pins(int id) {
    return found.getOrDefault(id, List.of());
  }

  /// The processes that have descriptors of an object, in a line.
  final String processes(int id) {
    return processes.getOrDefault(id, List.of()).stream()
        .map(p -> p.command() + "[" + p.process() + "]")
        .collect(Collectors.joining(", "));
  }

  /// Puts what is there only where it was asked for: processes, and pins.
  final void putAsked(Json.Fields json, int id) {
    if (details && !pinnedAs().isEmpty()) {
      json.putObjects(
          "processes",
          processes.getOrDefault(id, List.of()),
          (fields, p) -> fields.put("pid", p.process()).put("command", p.command()));
    }
    if (pins) {
      json.putStrings("pins", pins(id));
    }
  }

  private boolean wantsProcesses() {
    return !pinnedAs().isEmpty() && !listing.isBpftool() && (details || listing.wants("processes"));
  }

  @Override
  public final boolean option(String name, PlainLine.Value value) {
    if (name.equals("--pins")) {
      pins = value.flag(pins);
      return true;
    }
    return listing.option(name, value);
  }

  @Override
  public final boolean word(String word) {
    return words.add(word);
  }

  @Override
  public final boolean complete() {
    return true;
  }

  @Override
  public final Integer call() {
    LinuxKernel.prepare();
    Text.prepare();
    var view = view();
    try (var kernel = LinuxKernel.open()) {
      var chosen = selection(kernel).of(words, all(kernel));
      if (wantsProcesses()) {
        processes = kernel.processes(ObjectType.parse(pinnedAs()).orElseThrow());
      }
      if (pins) {
        found =
            kernel.pins().stream()
                .filter(pin -> pin.kind().equals(pinnedAs()))
                .collect(
                    Collectors.groupingBy(
                        PinInfo::id,
                        Collectors.mapping(pin -> pin.path().toString(), Collectors.toList())));
      }
      if (listing.isBpftool()) {
        Listing.printBpftool(console.out(), view, chosen, !words.isEmpty());
      } else if (details) {
        listing.printDetails(console.out(), view, chosen);
      } else {
        listing.print(console.out(), view, chosen);
      }
    }
    console.out().flush();
    return 0;
  }
}
