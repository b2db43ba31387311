package org.ebpf4j.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ebpf4j.cli.export.MetricsConfig.Kind;
import org.ebpf4j.cli.input.YamlPart;
import org.ebpf4j.error.BpfException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The YAML of `export prometheus` as values, and what is said of one that is none.
class MetricsConfigTest {
  @TempDir private Path directory;

  private MetricsConfig read(String text) throws IOException {
    return MetricsConfigReader.read(Files.writeString(directory.resolve("tool.yaml"), text));
  }

  private static String metrics(String kind, String metric) {
    return "metrics:\n  " + kind + ":\n    - name: a\n      help: b\n" + metric.indent(6);
  }

  @Test
  void aFileOfTheOtherExporterIsRead() throws IOException {
    var config =
        read(
            """
            metrics:
              counters:
                - name: timer_starts_total
                  help: Timers fired in the kernel
                  labels:
                    - name: function
                      size: 8
                      decoders:
                        - name: ksym
              histograms:
                - name: bio_latency_seconds
                  help: Block IO latency histogram
                  bucket_type: exp2
                  bucket_min: 0
                  bucket_max: 26
                  bucket_multiplier: 0.000001 # microseconds to seconds
                  labels:
                    - name: operation
                      size: 1
                      padding: 3
                      decoders:
                        - name: uint
                        - name: static_map
                          static_map:
                            1: read
                            2: write
                    - name: bucket
                      size: 4
                      decoders:
                        - name: uint
            """);

    assertThat(config.objects()).isEmpty();
    assertThat(config.programs().isEmpty()).isTrue();
    assertThat(config.metrics())
        .extracting(MetricsConfig.Metric::kind)
        .containsExactly(Kind.COUNTER, Kind.HISTOGRAM);
    var timers = config.metrics().getFirst();
    assertThat(timers.name()).isEqualTo("timer_starts_total");
    assertThat(timers.map()).isEqualTo("timer_starts_total");
    assertThat(timers.labels().getFirst().decoders().getFirst().decoder()).isEqualTo(Decoder.KSYM);
    var latency = config.metrics().getLast();
    assertThat(latency.buckets().max()).isEqualTo(OptionalInt.of(26));
    assertThat(latency.buckets().multiplier()).isEqualTo(1e-6);
    var operation = latency.labels().getFirst();
    assertThat(operation.size()).isEqualTo(OptionalInt.of(1));
    assertThat(operation.padding()).isEqualTo(3);
    assertThat(operation.decoders().getLast().words()).isEqualTo(Map.of("1", "read", "2", "write"));
  }

  @Test
  void whatIsMoreThanTheOtherExporterHasIsRead() throws IOException {
    var config =
        read(
            """
            object: [one.bpf.o, /two.bpf.o]
            metrics:
              gauges:
                - {name: level, help: How full., map: tanks, value: liters, labels: [{name: tank, member: id}]}
              counters:
                - {name: drops, help: Drops.}
              programs: true
              maps: [tanks]
            """);

    assertThat(config.objects())
        .containsExactly(directory.resolve("one.bpf.o"), Path.of("/two.bpf.o"));
    var drops = config.metrics().getFirst();
    assertThat(drops.name()).isEqualTo("drops_total");
    assertThat(drops.map()).isEqualTo("drops");
    var level = config.metrics().getLast();
    assertThat(level.name()).isEqualTo("level");
    assertThat(level.map()).isEqualTo("tanks");
    assertThat(level.member()).isEqualTo("liters");
    assertThat(level.labels().getFirst().member()).isEqualTo("id");
    assertThat(config.programs().all()).isTrue();
    assertThat(config.maps().names()).isEqualTo(List.of("tanks"));
    assertThat(level.place()).endsWith("tool.yaml, line 4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          counters   | labels: [{name: x, siz: 4}]                          | 5 | no key 'siz'; near it: decoders, member, name, padding, size
          counters   | hlp: b                                               | 5 | no key 'hlp'; near it: help
          counters   | name: b                                              | 5 | 'name' comes twice
          counters   | labels: [{name: x, size: four}]                      | 5 | size is to be a whole number, not 'four'
          counters   | labels: [{name: x, size: 0}]                         | 5 | size is to be at least 1
          counters   | labels: [{name: x, padding: 4}]                      | 5 | padding goes with a size only
          counters   | labels: [{name: x, size: 4, member: y}]              | 5 | a label has a size or is a member, not both
          counters   | labels: [{name: x, size: 4}, {name: y}]              | 5 | either all labels of a metric have a size, or none
          counters   | labels: [{name: x}, {name: x}]                       | 5 | two labels are named 'x'
          counters   | labels: [{name: x-y}]                                | 5 | 'x-y' is no name of a label
          counters   | labels: [{name: __x}]                                | 5 | '__x' is no name of a label
          counters   | labels: x                                            | 5 | labels is to be a list
          counters   | labels: [x]                                          | 5 | a label is to be a mapping of keys to values
          counters   | labels: [{}]                                         | 5 | 'name' is missing
          counters   | labels: [{name: x, decoders: [{name: unit}]}]        | 5 | no decoder 'unit'; near it: uint
          counters   | labels: [{name: x, decoders: [{name: static_map}]}]  | 5 | 'static_map' goes with the decoder static_map, and holds something
          counters   | labels: [{name: x, decoders: [{name: regexp, regexps: ['(']}]}] | 5 | no pattern of RE2: missing closing ): `(`
          counters   | labels: [{name: x, decoders: [{name: regexp, regexps: ['^(a+)\\1$']}]}] | 5 | no pattern of RE2: invalid escape sequence: `\\1`
          counters   | labels: [{name: x, decoders: [{name: string}, {name: uint}]}]   | 5 | 'uint' reads bytes, and is to be the first
          counters   | map: [                                               | 6 | no YAML
          histograms | bucket_type: exp3                                    | 5 | no bucket_type 'exp3'; near it: exp2, exp2zero, fixed, linear
          histograms | map: x                                               | 3 | 'bucket_type' is missing
          histograms | bucket_type: fixed                                   | 3 | bucket_keys goes with the bucket_type fixed, and holds something
          histograms | labels: [{name: le}]                                 | 5 | 'le' is no name of a label here
          """)
  void aMistakeIsNamedWithItsLine(String kind, String metric, int line, String problem) {
    assertThatThrownBy(() -> read(metrics(kind, metric)))
        .isInstanceOf(BpfException.class)
        .hasMessageStartingWith(directory.resolve("tool.yaml") + ", line " + line + ": " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          metric: {}                                   | line 1: no key 'metric'; near it: metrics
          metrics: {}                                  | line 1: there is nothing to export
          object: x                                    | line 1: 'metrics' is missing, and 'tracing' too
          metrics: {programs: yes}                     | line 1: programs, where it is no list, is to be true or false, not 'yes'
          metrics: {counters: [{name: a b, help: c}]}  | line 1: 'a b' is no name of a metric: letters, digits, _ and :
          metrics: {counters: [{name: a, help: b}, {name: a_total, help: b}]} | line 1: two metrics are named 'a_total'
          metrics: {counters: [{name: a}]}             | line 1: 'help' is missing
          just text                                    | line 1: the file is to be a mapping of keys to values
          """)
  void aMistakeInTheFileIsNamed(String text, String problem) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(BpfException.class)
        .hasMessageStartingWith(directory.resolve("tool.yaml") + ", " + problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing", "--- a\n--- b", "a: *b", "\u0000"})
  void whatIsNoDocumentIsRefused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(BpfException.class);
  }

  @Test
  void deepAndManyTimesRepeatedOnesAreRefused() {
    var deep = "metrics: " + "[".repeat(100_000);
    var dashes = "- ".repeat(100_000);
    var many = new StringBuilder("metrics:\n  counters:\n    - &a {name: a, help: b, labels: [");
    many.repeat("&l {name: x, decoders: [{name: hex}]}, ", 1).append("]}\n");
    many.repeat("    - *a\n", 20_000);

    assertThatThrownBy(() -> read(deep)).isInstanceOf(BpfException.class);
    assertThatThrownBy(() -> read(dashes)).isInstanceOf(BpfException.class);
    assertThatThrownBy(() -> read(many.toString())).isInstanceOf(BpfException.class);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> MetricsConfigReader.read(directory.resolve("none.yaml")))
        .isInstanceOf(BpfException.class)
        .hasMessageStartingWith(directory.resolve("none.yaml") + ": no such file\n  try: ");
  }

  /// The parser of YAML reads buffers of 1025 characters.
  @ParameterizedTest
  @ValueSource(strings = {"\"", "'", "|\n ", "%", "&", "*", "!", "- ", "? ", "a: ", "[", "{", "#"})
  void aTextThatEndsAnywhereIsReadOrRefused(String start) {
    for (int length = 1010; length < 1040; length++) {
      for (var filler : List.of("a", "\\", " ", "\"", "\r", "\ud83d\ude00")) {
        var text = (start + filler.repeat(length)).substring(0, length);
        try {
          assertThat(YamlPart.of(Path.of("t.yaml"), text)).isNotNull();
        } catch (BpfException e) {
          assertThat(e).hasMessageStartingWith("t.yaml");
        }
      }
    }
  }
}
