package org.ebpf4j.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.ebpf4j.cli.export.MetricsConfig.Kind;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.metrics.Histogram;
import org.ebpf4j.linux.metrics.Label;
import org.ebpf4j.linux.metrics.Sample;
import org.ebpf4j.linux.metrics.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is served is Prometheus' text format, whatever names and values others choose: a strict
/// reader finds in it what was put in, and Prometheus' own writer for Java, given what was read,
/// writes what reads the same.
class ExpositionTest {
  /// Names that a process may have.
  private static final List<byte[]> NAMES =
      List.of(
          latin("q\"uote"),
          latin("back\\slash"),
          latin("back\\n"),
          latin("new\nline"),
          latin("esc\u001b[31mred"),
          latin("bad\u00ff\u00ffutf"),
          latin("cr\rx"),
          latin("{}=,le=\"1\""),
          latin("\u00e2\u0080\u00a8u2028"),
          latin("utf\u00c3"),
          latin("bell\u0007\u009b"),
          latin("# TYPE a b"),
          latin("tab\t "),
          latin("\u00f0\u009f\u0090\u009d bee"),
          latin("\u00ed\u00a0\u0080 alone"),
          latin(""));

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<Exposition.Family> reread(String text) throws IOException {
    var read = Exposition.parse(text);
    var samples = new ArrayList<MetricFamilySamples>();
    for (var family : read) {
      samples.add(
          new MetricFamilySamples(
              family.name(),
              "",
              Collector.Type.valueOf(family.type().toUpperCase(Locale.ROOT)),
              family.help(),
              family.samples().stream()
                  .map(s ->
                      new MetricFamilySamples.Sample(
                          s.name(),
                          List.copyOf(s.labels().keySet()),
                          List.copyOf(s.labels().values()),
                          s.value()))
                  .toList()));
    }
    var again = new StringWriter();
    TextFormat.write004(again, Collections.enumeration(samples));
    var reread = Exposition.parse(again.toString());
    assertThat(reread).hasSameSizeAs(read);
    for (int i = 0; i < read.size(); i++) {
      assertThat(reread.get(i).help()).isEqualTo(read.get(i).help());
      assertThat(reread.get(i).type()).isEqualTo(read.get(i).type());
      assertThat(reread.get(i).samples()).hasSameSizeAs(read.get(i).samples());
      for (int j = 0; j < read.get(i).samples().size(); j++) {
        assertThat(reread.get(i).samples().get(j)).isEqualTo(read.get(i).samples().get(j));
      }
    }
    return read;
  }

  @Test
  void namesThatOthersChooseComeBackAsTheyWere() throws IOException {
    var values = NAMES.stream().map(Label::text).toList();
    var families =
        List.of(
            new MetricFamily(
                "names_total",
                "Help with \\ and\nlines \"quoted\" \\n",
                Kind.COUNTER,
                values.stream()
                    .map(v -> new Sample("names_total", Map.of("who", v), v.length()))
                    .toList(),
                List.of()));

    var read = reread(PrometheusText.of("a_", families));

    assertThat(read).hasSize(1);
    assertThat(read.getFirst().help()).isEqualTo("Help with \\ and\nlines \"quoted\" \\n");
    assertThat(read.getFirst().samples())
        .extracting(s -> s.labels().get("who"))
        .containsExactlyInAnyOrderElementsOf(values);
  }

  @Test
  void whatIsPrintedIsValidWhereATerminalIsSparedToo() throws IOException {
    var family =
        new MetricFamily(
            "n",
            "Help \u001b[31m",
            Kind.GAUGE,
            List.of(new Sample("n", Map.of("who", "esc\u001b[31m\n\"\u202e"), 1)),
            List.of());

    var text = PrometheusText.of("", List.of(family), SafeText::lines);

    assertThat(SafeText.lines(text)).isEqualTo(text);
    assertThat(reread(text).getFirst().samples().getFirst().labels())
        .containsEntry("who", "esc\\x1b[31m\n\"\\u202e");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyValuesAndHistogramsAreRead(long seed) throws IOException {
    var random = new Random(seed);
    var samples = new ArrayList<Sample>();
    var counts = new ArrayList<Sample>();
    for (int i = 0; i < 50; i++) {
      var bytes = new byte[random.nextInt(20)];
      random.nextBytes(bytes);
      var labels = Map.of("i", Integer.toString(i), "text", Label.text(bytes));
      samples.add(new Sample("g", labels, Double.longBitsToDouble(random.nextLong())));
      counts.add(
          new Sample(
              "h",
              Map.of("text", Label.text(bytes), "bucket", Integer.toString(random.nextInt(12))),
              random.nextInt(1_000_000)));
    }
    samples.add(new Sample("g", Map.of(), Double.NaN));
    samples.add(new Sample("g", Map.of("i", "inf"), Double.NEGATIVE_INFINITY));
    var scale = Scale.exponential(0, 10, 0.000_001);
    var text =
        PrometheusText.of(
            "a_",
            List.of(
                new MetricFamily("g", "Gauge", Kind.GAUGE, samples, List.of()),
                new MetricFamily(
                    "h",
                    "Histogram",
                    Kind.HISTOGRAM,
                    List.of(),
                    Histogram.ofKeys(counts, "bucket", scale))));

    assertThat(reread(text)).hasSize(2).first().satisfies(f -> assertThat(f.samples()).hasSize(52));
  }

  /// The reader is strict.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a 1",
        "# HELP a b\n# TYPE a counter\nb 1\n",
        "# HELP a b\n# TYPE a counter\na{x=\"\\r\"} 1\n",
        "# HELP a b\n# TYPE a counter\na{x=\"1\"} 1\na{x=\"1\"} 2\n",
        "# HELP a b\n# TYPE a counter\na{x=\"1\",x=\"2\"} 1\n",
        "# HELP a b\n# TYPE a counter\na 1.2.3\n",
        "# HELP a b\n# TYPE a counter\n# HELP a b\n",
        "# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
        "# HELP a b\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 1\n",
      })
  void whatIsNoTextFormatIsNotRead(String text) {
    assertThatThrownBy(() -> Exposition.parse(text)).isInstanceOf(RuntimeException.class);
  }
}
