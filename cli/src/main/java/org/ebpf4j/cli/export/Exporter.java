package org.ebpf4j.cli.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.ebpf4j.cli.export.MetricsConfig.Kind;
import org.ebpf4j.cli.export.MetricsConfig.Metric;
import org.ebpf4j.cli.export.MetricsConfig.Selection;
import org.ebpf4j.cli.export.MetricsConfig.Span;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxMap;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.linux.metrics.ProgramSamples;
import org.ebpf4j.linux.metrics.Sample;
import org.ebpf4j.object.MapType;
import org.jspecify.annotations.Nullable;

/// The metrics of a file, read from the maps and programs of objects. Those belong to who loaded
/// them.
final class Exporter implements AutoCloseable {
  /// The types of maps whose entries come and go.
  private static final Set<Integer> COUNTED =
      Set.of(
          MapType.HASH.number(),
          MapType.PERCPU_HASH.number(),
          MapType.LRU_HASH.number(),
          MapType.LRU_PERCPU_HASH.number(),
          MapType.LPM_TRIE.number());

  private final List<Reading> metrics = new ArrayList<>();
  private final List<LinuxProgram> programs;
  private final List<LinuxMap> maps;
  private final ExportSetting setting;
  private final EventReader events;
  private final @Nullable CgroupMapKeeper cgroups;
  private final Map<String, Long> failures = new ConcurrentSkipListMap<>();

  /// Finds what the file names. Events are read, and cgroups kept, from [#start()] on.
  ///
  /// @throws NotFoundException where there is no map or program of a name
  /// @throws BpfException where something is not as the file says
  Exporter(
      MetricsConfig config, LinuxKernel kernel, List<LinuxObject> objects, ExportSetting setting) {
    this.setting = setting;
    var allMaps = byName(objects, LinuxObject::maps, LinuxMap::name);
    var allPrograms = byName(objects, LinuxObject::programs, LinuxProgram::name);
    this.programs = select("program", config.programs(), allPrograms, allPrograms.values());
    this.maps =
        select(
            "map",
            config.maps(),
            allMaps,
            allMaps.values().stream().filter(m -> COUNTED.contains(m.info().type())).toList());
    for (var map : maps) {
      if (map.keySize() == 0) {
        throw new BpfException(config.maps().place() + ": map '" + map.name() + "' has no entries");
      }
    }
    var decoding = new Decoding(setting.numbers());
    this.events = new EventReader(kernel, setting.complaints(), setting.end());
    try {
      for (var metric : config.metrics()) {
        var map = find("map", metric.map(), allMaps, metric.place());
        metrics.add(
            metric.events().isPresent()
                ? counts(metric, map, decoding)
                : MetricReading.of(metric, map, decoding));
      }
      for (var span : config.spans()) {
        var ring = find("map", span.ring(), allMaps, span.place());
        spans(span, config, ring, decoding);
      }
      this.cgroups =
          config
              .cgroups()
              .map(c ->
                  new CgroupMapKeeper(
                      c,
                      find("map", c.map(), allMaps, c.place()),
                      setting.numbers().cgroups(),
                      setting.complaints()))
              .orElse(null);
    } catch (RuntimeException | Error e) {
      events.close();
      throw e;
    }
  }

  private EventCounts counts(Metric metric, LinuxMap map, Decoding decoding) {
    check(map, MapType.PERF_EVENT_ARRAY, "perf_event_array", metric.place());
    var counts = new EventCounts(metric, decoding, System::nanoTime);
    events.addPerf(map, counts::add);
    return counts;
  }

  private void spans(Span span, MetricsConfig config, LinuxMap ring, Decoding decoding) {
    check(ring, MapType.RINGBUF, "ringbuf", span.place());
    var name = String.valueOf(config.file().getFileName()).replaceFirst("\\.ya?ml$", "");
    var lines =
        new SpanLines(
            span,
            name,
            decoding,
            setting.spans(),
            SpanLines.Clocks.OF_MACHINE,
            RandomGenerator.getDefault());
    events.addRing(ring, lines::add);
  }

  private static void check(LinuxMap map, MapType type, String key, String place) {
    var is = map.info().type();
    if (is != type.number()) {
      throw new BpfException(
          place
              + ": "
              + key
              + ": map '"
              + map.name()
              + "' is to be of type "
              + MapType.label(type.number())
              + ", and is "
              + MapType.label(is));
    }
  }

  /// Starts to read events and to keep the map of cgroups.
  void start() {
    events.start();
    if (cgroups != null) {
      cgroups.start();
    }
  }

  /// Reads events no longer. What it was made for stays with whoever made it.
  @Override
  public void close() {
    if (cgroups != null) {
      cgroups.close();
    }
    events.close();
  }

  /// Things of all objects; where several have one of a name, it is that of the first.
  private static <T> Map<String, T> byName(
      List<LinuxObject> objects, Function<LinuxObject, List<T>> things, Function<T, String> name) {
    var found = new LinkedHashMap<String, T>();
    for (var object : objects) {
      things.apply(object).forEach(thing -> found.putIfAbsent(name.apply(thing), thing));
    }
    return found;
  }

  private static <T> T find(String what, String name, Map<String, T> all, String place) {
    var found = all.get(name);
    if (found == null) {
      throw new NotFoundException(what, name, all.keySet(), "It is named in " + place);
    }
    return found;
  }

  private static <T> List<T> select(
      String what, Selection selection, Map<String, T> all, Iterable<T> ofAll) {
    var selected = new ArrayList<T>();
    if (selection.all()) {
      ofAll.forEach(selected::add);
    } else {
      selection.names().forEach(name -> selected.add(find(what, name, all, selection.place())));
    }
    return selected;
  }

  /// Reads everything as it is now. Any thread, any number at a time. A metric that cannot be read
  /// is left out, told to the setting's complaints, and counted.
  ///
  /// @throws BpfException where none can be read, or the thread is interrupted
  String text() {
    return PrometheusText.of(setting.namespace() + "_", families());
  }

  /// The same for people to look at: what a terminal would take for an order is shown as an escape,
  /// which is then a part of the label's value.
  String printable() {
    return PrometheusText.of(setting.namespace() + "_", families(), SafeText::lines);
  }

  private List<MetricFamily> families() {
    var families = new ArrayList<MetricFamily>();
    BpfException failure = null;
    for (var metric : metrics) {
      try {
        families.add(metric.read());
      } catch (BpfException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        failure = e;
        failures.merge(metric.name(), 1L, Long::sum);
      }
    }
    if (failure != null && families.isEmpty()) {
      throw failure;
    }
    if (failure != null) {
      setting.complaints().failed(String.valueOf(failure.getMessage()));
    }
    if (!programs.isEmpty()) {
      programs(families);
    }
    if (!maps.isEmpty()) {
      families.add(maps("map_entries", "Entries in a map.", LinuxMap::count));
      families.add(
          maps("map_max_entries", "How many entries a map can hold.", LinuxMap::maxEntries));
    }
    add(
        "failed_reads_total",
        "How often a metric could not be read.",
        "metric",
        failures,
        families);
    add("events_lost_total", "Events that the kernel lost.", "map", events.lost(), families);
    return families;
  }

  private static void add(
      String name,
      String help,
      String label,
      Map<String, Long> counts,
      List<MetricFamily> families) {
    if (counts.isEmpty()) {
      return;
    }
    var samples =
        counts.entrySet().stream()
            .map(e -> new Sample(name, Map.of(label, e.getKey()), e.getValue()))
            .toList();
    families.add(new MetricFamily(name, help, Kind.COUNTER, samples, List.of()));
  }

  /// Throws what ended the writing of spans, if anything did.
  void checkOutput() {
    events.checkOutput();
  }

  /// Whether all that was to be read could be, so far.
  boolean isComplete() {
    return failures.isEmpty();
  }

  private void programs(List<MetricFamily> families) {
    var samples = programs.stream().flatMap(p -> ProgramSamples.read(p).stream()).toList();
    for (var name : samples.stream().map(Sample::name).distinct().toList()) {
      families.add(
          new MetricFamily(
              name + "_total",
              help(name),
              Kind.COUNTER,
              samples.stream().filter(s -> s.name().equals(name)).toList(),
              List.of()));
    }
  }

  private static String help(String name) {
    return switch (name) {
      case "program_runs" -> "Runs of a program.";
      case "program_run_seconds" -> "How long the runs of a program took, together.";
      default -> "How often a program was not run, as it was running already.";
    };
  }

  private MetricFamily maps(String name, String help, Function<LinuxMap, Long> number) {
    var samples =
        maps.stream().map(m -> new Sample(name, Map.of("map", m.name()), number.apply(m))).toList();
    return new MetricFamily(name, help, Kind.GAUGE, samples, List.of());
  }
}
