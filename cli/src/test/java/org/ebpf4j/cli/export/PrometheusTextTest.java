package org.ebpf4j.cli.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.cli.export.MetricsConfig.Kind;
import org.ebpf4j.linux.metrics.Histogram;
import org.ebpf4j.linux.metrics.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusTextTest {
  private static Map<String, String> labels(String... namesAndValues) {
    var labels = new LinkedHashMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      labels.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return labels;
  }

  @Test
  void writesNumbersInTheOrderOfTheirLabels() {
    var samples =
        List.of(
            new Sample("x", labels("port", "443", "to", "b"), 2),
            new Sample("x", labels("port", "80", "to", "b"), 0.25),
            new Sample("x", labels("port", "80", "to", "a"), 1e15));
    var family = new MetricFamily("packets_total", "Packets.", Kind.COUNTER, samples, List.of());

    assertThat(PrometheusText.of("my_", List.of(family)))
        .isEqualTo(
            """
            # HELP my_packets_total Packets.
            # TYPE my_packets_total counter
            my_packets_total{port="80",to="a"} 1000000000000000
            my_packets_total{port="80",to="b"} 0.25
            my_packets_total{port="443",to="b"} 2
            """);
  }

  @Test
  void escapesWhatWouldEndAValueOrALine() {
    var sample = new Sample("x", labels("path", "C:\\dir\n\"x\" é"), 1);
    var family =
        new MetricFamily("x", "two\nlines \\ \"q\"", Kind.GAUGE, List.of(sample), List.of());

    assertThat(PrometheusText.of("", List.of(family)))
        .isEqualTo(
            """
            # HELP x two\\nlines \\\\ "q"
            # TYPE x gauge
            x{path="C:\\\\dir\\n\\"x\\" é"} 1
            """);
  }

  @Test
  void writesHistogramsWithBucketsThatAddUp() {
    var buckets = List.of(new Histogram.Bucket(0.000001, 1), new Histogram.Bucket(0.5, 3));
    var histograms =
        List.of(
            new Histogram("x", labels("op", "write"), buckets, 4, 1.75),
            new Histogram("x", labels(), buckets, 3, Double.NaN));
    var family = new MetricFamily("x", "X.", Kind.HISTOGRAM, List.of(), histograms);

    assertThat(PrometheusText.of("", List.of(family)))
        .isEqualTo(
            """
            # HELP x X.
            # TYPE x histogram
            x_bucket{le="0.000001"} 1
            x_bucket{le="0.5"} 3
            x_bucket{le="+Inf"} 3
            x_sum NaN
            x_count 3
            x_bucket{op="write",le="0.000001"} 1
            x_bucket{op="write",le="0.5"} 3
            x_bucket{op="write",le="+Inf"} 4
            x_sum{op="write"} 1.75
            x_count{op="write"} 4
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-3, -3",
    "9007199254740992, 9007199254740992",
    "1.8446744073709552E19, 1.8446744073709552e19",
    "0.016384, 0.016384",
    "1.6E-5, 0.000016",
    "1E-20, 1.0e-20",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf"
  })
  void writesNumbersAsGoReadsThem(double number, String text) {
    assertThat(PrometheusText.number(number)).isEqualTo(text);
  }
}
