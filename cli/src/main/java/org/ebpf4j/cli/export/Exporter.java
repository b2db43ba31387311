package org.ebpf4j.cli.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.ebpf4j.cli.export.MetricsConfig.Kind;
import org.ebpf4j.cli.export.MetricsConfig.Selection;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.LinuxMap;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.linux.metrics.ProgramSamples;
import org.ebpf4j.linux.metrics.Sample;
import org.ebpf4j.object.MapType;

/// The metrics of a file, read from the maps and programs of objects. Those belong to who loaded
/// them.
final class Exporter {
  /// What is put before all names.
  static final String PREFIX = "ebpf4j_";

  /// The types of maps whose entries come and go.
  private static final Set<Integer> COUNTED =
      Set.of(
          MapType.HASH.number(),
          MapType.PERCPU_HASH.number(),
          MapType.LRU_HASH.number(),
          MapType.LRU_PERCPU_HASH.number(),
          MapType.LPM_TRIE.number());

  private final List<MetricReading> metrics = new ArrayList<>();
  private final List<LinuxProgram> programs;
  private final List<LinuxMap> maps;

  /// Finds what the file names.
  ///
  /// @throws NotFoundException where there is no map or program of a name
  /// @throws BpfException where something is not as the file says
  Exporter(MetricsConfig config, List<LinuxObject> objects) {
    var allMaps = byName(objects, LinuxObject::maps, LinuxMap::name);
    var allPrograms = byName(objects, LinuxObject::programs, LinuxProgram::name);
    var decoding = new Decoding();
    for (var metric : config.metrics()) {
      var map = find("map", metric.map(), allMaps, metric.place());
      metrics.add(MetricReading.of(metric, map, decoding));
    }
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

  /// Reads everything as it is now. Any thread, any number at a time.
  ///
  /// @throws BpfException where the kernel refuses, or the thread is interrupted
  String text() {
    var families = new ArrayList<MetricFamily>();
    metrics.forEach(m -> families.add(m.read()));
    if (!programs.isEmpty()) {
      programs(families);
    }
    if (!maps.isEmpty()) {
      families.add(maps("map_entries", "Entries in a map.", LinuxMap::count));
      families.add(
          maps("map_max_entries", "How many entries a map can hold.", LinuxMap::maxEntries));
    }
    return PrometheusText.of(PREFIX, families);
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
