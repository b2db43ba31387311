package org.ebpf4j.cli.export;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.ebpf4j.cli.export.MetricsConfig.Metric;
import org.ebpf4j.linux.metrics.Sample;

/// How many events of a perf buffer there were, by their labels. After a time all counts are
/// forgotten, so that labels that come no more do not stay for ever; so they are where there are
/// too many. To Prometheus that is a counter that starts again.
final class EventCounts implements Reading {
  /// The most sets of labels.
  static final int MAX_SERIES = 100_000;

  private final Metric metric;
  private final EventLabels labels;
  private final Duration interval;
  private final LongSupplier clock;
  private final Map<Map<String, String>, Long> counts = new HashMap<>();
  private long since;

  /// @param clock nanoseconds, as [System#nanoTime()]
  EventCounts(Metric metric, Decoding decoding, LongSupplier clock) {
    this.metric = metric;
    this.labels = new EventLabels(metric.labels(), decoding);
    this.interval = metric.events().orElseThrow();
    this.clock = clock;
    this.since = clock.getAsLong();
  }

  /// Counts one more.
  ///
  /// @throws org.ebpf4j.error.BpfException where the event is not as its labels say
  void add(byte[] event) {
    var of = labels.of(event);
    if (of.isPresent()) {
      count(of.get());
    }
  }

  private synchronized void count(Map<String, String> of) {
    flush();
    if (counts.size() >= MAX_SERIES && !counts.containsKey(of)) {
      counts.clear();
    }
    counts.merge(of, 1L, Long::sum);
  }

  private void flush() {
    var now = clock.getAsLong();
    if (now - since >= interval.toNanos()) {
      since = now;
      counts.clear();
    }
  }

  @Override
  public String name() {
    return metric.name();
  }

  @Override
  public synchronized MetricFamily read() {
    flush();
    var samples =
        counts.entrySet().stream()
            .map(e -> new Sample(metric.name(), e.getKey(), e.getValue()))
            .toList();
    return new MetricFamily(metric.name(), metric.help(), metric.kind(), samples, List.of());
  }
}
