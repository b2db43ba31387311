package org.ebpf4j.examples.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.linux.metrics.MapSamples;
import org.ebpf4j.linux.metrics.Sample;

/// What maps count as counters, one for each key, and the runs of programs as timers.
///
/// A map is read once for all of its keys, by [#refresh()]; the meters show what was read last. A
/// key that has come since gets a meter then. One whose key goes keeps its last value.
final class BpfMeters implements MeterBinder {
  /// What tells one meter from another.
  private record Series(String name, Map<String, String> labels) {}

  private final List<MapSamples> maps;
  private final List<BpfProgram> programs;
  private final Map<MeterRegistry, Map<Series, Double>> read = new ConcurrentHashMap<>();

  /// @param maps what maps count
  /// @param programs whose runs are timed; to be counted, these want
  ///   [org.ebpf4j.linux.LinuxKernel#statistics()]
  BpfMeters(List<MapSamples> maps, List<BpfProgram> programs) {
    this.maps = List.copyOf(maps);
    this.programs = List.copyOf(programs);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (var program : programs) {
      FunctionTimer.builder(
              "bpf.program.runs",
              program,
              p -> p.statistics().runs(),
              p -> p.statistics().time().toNanos(),
              TimeUnit.NANOSECONDS)
          .tag("program", program.name())
          .register(registry);
    }
    read.put(registry, new ConcurrentHashMap<>());
    refresh();
  }

  /// Reads the maps as they are now.
  void refresh() {
    var samples = maps.stream().flatMap(m -> m.read().stream()).toList();
    read.forEach((registry, values) -> samples.forEach(s -> set(registry, values, s)));
  }

  private static void set(MeterRegistry registry, Map<Series, Double> values, Sample sample) {
    var series = new Series(sample.name(), sample.labels());
    if (values.put(series, sample.value()) == null) {
      var tags = Tags.empty();
      for (var label : series.labels().entrySet()) {
        tags = tags.and(label.getKey(), label.getValue());
      }
      FunctionCounter.builder("bpf." + series.name(), values, v -> v.getOrDefault(series, 0.0))
          .tags(tags)
          .register(registry);
    }
  }
}
