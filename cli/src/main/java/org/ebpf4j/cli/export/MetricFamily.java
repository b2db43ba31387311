package org.ebpf4j.cli.export;

import java.util.List;
import org.ebpf4j.linux.metrics.Histogram;
import org.ebpf4j.linux.metrics.Sample;

/// What one metric came to when it was read.
///
/// @param name its name
/// @param help a line that says what it is
/// @param kind what it is to Prometheus
/// @param samples its numbers, where it is no histogram
/// @param histograms those, where it is one
record MetricFamily(
    String name,
    String help,
    MetricsConfig.Kind kind,
    List<Sample> samples,
    List<Histogram> histograms) {}
