package org.ebpf4j.cli.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.cli.input.EventLayouts;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.Ending;
import org.ebpf4j.cli.process.OutputException;
import org.ebpf4j.cli.process.OutputFile;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.DurationConverter;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What is printed of events and maps, and how.
final class Output {
  private static final String ALL = "all";

  @Mixin private final EventLayouts layouts = new EventLayouts();

  @Mixin private final JsonOptions json = new JsonOptions();

  @Option(
      names = "--maps",
      paramLabel = "NAME",
      split = ",",
      description = "Print what is in these maps at the end; 'all' for all of them.")
  private List<String> maps = new ArrayList<>();

  @Mixin private final HistogramScales scales = new HistogramScales();

  @Option(
      names = "--every",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Print the maps each time this has passed, too.")
  private @Nullable Duration every;

  @Option(
      names = "--jfr",
      paramLabel = "OUT",
      description =
          "Record the events in a file of Flight Recorder, too: 'jfr print --events ebpf.* OUT'"
              + " shows them.")
  private @Nullable Path jfr;

  private final Console console;

  Output(Console console) {
    this.console = console;
  }

  /// Takes an option in its plain form.
  boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--maps" -> maps.addAll(value.list());
      case HistogramScales.NAME -> scales.add(value.list());
      case "--every" -> every = DurationConverter.read(value.text(every));
      case "--jfr" -> jfr = value.path(jfr);
      default -> {
        return json.option(name, value);
      }
    }
    return true;
  }

  boolean isJson() {
    return json.isJson();
  }

  /// Prints what can be said to an object.
  void print(ObjectHelp help) {
    if (json.isJson()) {
      json.print(console.out(), help::json);
    } else {
      help.print(console.out());
    }
  }

  /// What events, lines and maps are printed to as JSON.
  JsonList list() {
    return json.list(console.out());
  }

  /// Ends it, where JSON is wanted.
  void end(JsonList list) {
    if (json.isJson()) {
      list.end();
    }
  }

  @Nullable Duration every() {
    return every;
  }

  /// What the events of each map are.
  Map<String, Optional<EventType>> types(ObjectSpec spec) {
    var said = said(spec);
    var types = new LinkedHashMap<String, Optional<EventType>>();
    for (var map : EventMaps.of(spec)) {
      types.put(
          map.name(),
          Optional.ofNullable(said.get(map.name())).or(() -> EventType.declared(spec, map)));
    }
    return types;
  }

  /// What iterators write, of those for which it was said.
  Map<String, EventType> written(ObjectSpec spec) {
    var said = said(spec);
    EventMaps.of(spec).forEach(map -> said.remove(map.name()));
    return said;
  }

  /// What options say of events.
  private Map<String, EventType> said(ObjectSpec spec) {
    var sources = EventMaps.sources(spec);
    var said = new LinkedHashMap<String, EventType>();
    layouts
        .structs()
        .forEach((name, struct) -> {
          if (!sources.contains(name)) {
            throw new NotFoundException(
                EventLayouts.SOURCE,
                name,
                sources,
                "",
                sources.isEmpty() ? "leave --event out: the object has none" : "");
          }
        });
    said.putAll(layouts.read(sources));
    layouts
        .structs()
        .forEach((name, struct) -> {
          if (!said.containsKey(name)) {
            said.put(name, EventType.named(spec, struct));
          }
        });
    return said;
  }

  /// Refuses maps that the object does not have, and a file that cannot be written.
  void check(ObjectSpec spec) {
    if (every != null && (every.isZero() || maps.isEmpty())) {
      throw new UsageException(
          "--every: " + (maps.isEmpty() ? "say with --maps what is printed" : "no time"));
    }
    chosen(spec);
    scales.of(spec);
    if (jfr != null) {
      OutputFile.check(jfr);
    }
  }

  /// The maps to print: all of them, without data sections and buffers, or those that are named.
  private List<MapSpec> chosen(ObjectSpec spec) {
    var all =
        spec.maps().stream()
            .filter(m -> m.create() && !m.isData() && m.keySize() > 0 && !EventType.comeThrough(m))
            .filter(_ -> maps.contains(ALL));
    return Stream.concat(all, maps.stream().filter(name -> !name.equals(ALL)).map(spec::map))
        .distinct()
        .toList();
  }

  /// Starts to read events.
  Events open(
      Kernel kernel,
      ObjectSpec spec,
      BpfObject object,
      Map<String, Optional<EventType>> types,
      JsonList list,
      Ending ending) {
    types.forEach((map, type) -> {
      if (type.isEmpty()) {
        console
            .err()
            .println(
                map
                    + ": what its events are is not known; --event "
                    + map
                    + "=STRUCT or --event-layout says it"
                    + structs(spec));
      }
    });
    var width =
        types.size() < 2 ? 0 : types.keySet().stream().mapToInt(String::length).max().orElse(0);
    var out = console.out();
    var stacks = KernelStacks.maps(object);
    types.values().forEach(t -> t.ifPresent(type -> KernelStacks.of(type, stacks).prepare()));
    var sinks = new ArrayList<EventSink>();
    sinks.add(
        json.isJson()
            ? new EventSink.Objects(list, stacks)
            : new EventSink.Lines(out, console.err(), width, stacks));
    if (jfr != null) {
      sinks.add(JfrRecording.start(spec, types, jfr, console.err()));
    }
    return Events.open(kernel, spec, object, types, sinks, ending);
  }

  private static String structs(ObjectSpec spec) {
    return spec.types()
        .map(types -> String.join(", ", EventType.names(types)))
        .filter(names -> !names.isEmpty())
        .map(names -> ": " + names)
        .orElse(", as the object has no types of events");
  }

  /// Prints the maps that were asked for. One that cannot be read is a line, and the others follow.
  ///
  /// @param over ends it early
  void printMaps(ObjectSpec spec, BpfObject object, JsonList list, BooleanSupplier over) {
    var histograms = scales.of(spec);
    for (var map : chosen(spec)) {
      try {
        var text =
            new MapText(map, spec.types(), histograms, json.isJson(), KernelStacks.maps(object));
        if (json.isJson()) {
          text.print(object.map(map.name()), list, over);
        } else {
          text.print(object.map(map.name()), console.out(), over);
        }
      } catch (OutputException e) {
        throw e;
      } catch (BpfException e) {
        console.out().flush();
        console.err().println("map '" + map.name() + "' is not shown: " + e.getMessage());
      }
    }
  }
}
