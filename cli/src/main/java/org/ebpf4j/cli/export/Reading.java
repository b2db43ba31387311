package org.ebpf4j.cli.export;

/// Something that a metric is read from, again and again, by any thread.
sealed interface Reading permits MetricReading, EventCounts {
  /// The name of the metric.
  String name();

  /// Reads it as it is now.
  ///
  /// @throws org.ebpf4j.error.BpfException where that is not possible
  MetricFamily read();
}
