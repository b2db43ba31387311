package org.ebpf4j.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.error.BpfException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is made of the events of buffers: counts, and spans of traces.
class EventsTest {
  @TempDir private Path directory;

  private final AtomicLong clock = new AtomicLong();
  private final StringWriter lines = new StringWriter();
  private final Decoding decoding = new Decoding(Numbers.ofMachine());

  private MetricsConfig read(String text) throws IOException {
    return MetricsConfigReader.read(Files.writeString(directory.resolve("a.yaml"), text));
  }

  private EventCounts counts(String more) throws IOException {
    var config =
        read(
            """
            metrics:
              counters:
                - name: kills_total
                  help: Kills
                  perf_event_array: true
                  labels:
                    - {name: who, size: 4, decoders: [{name: string}, {name: regexp, regexps: ['^[a-z]']}]}
                    - {name: what, size: 1, padding: 7, decoders: [{name: uint}]}
            """
                + more);
    return new EventCounts(config.metrics().getFirst(), decoding, clock::get);
  }

  private static byte[] event(String who, int what) {
    return ByteBuffer.allocate(16)
        .put(who.getBytes(StandardCharsets.UTF_8))
        .put(4, (byte) what)
        .array();
  }

  @Test
  void eventsAreCountedByTheirLabels() throws IOException {
    var counts = counts("");
    counts.add(event("ab", 1));
    counts.add(event("ab", 1));
    counts.add(event("ac", 1));
    counts.add(event("_", 1));

    assertThat(counts.read().samples())
        .extracting(s -> s.labels().toString(), s -> s.value())
        .containsExactlyInAnyOrder(org.assertj.core.groups.Tuple.tuple("{who=a, what=1}", 3.0));
    assertThatThrownBy(() -> counts.add(new byte[4]))
        .isInstanceOf(BpfException.class)
        .hasMessage("an event has 4 bytes, and its labels 5 together");
  }

  @Test
  void countsAreForgottenAfterTheInterval() throws IOException {
    var counts = counts("      flush_interval: 1m30s\n");
    counts.add(event("a", 1));
    clock.set(89_999_999_999L);
    assertThat(counts.read().samples()).hasSize(1);
    clock.set(90_000_000_000L);
    assertThat(counts.read().samples()).isEmpty();
    counts.add(event("b", 1));
    assertThat(counts.read().samples()).hasSize(1);
  }

  @Test
  void countsAreForgottenWhereThereAreTooMany() throws IOException {
    var config =
        read(
            "metrics: {counters: [{name: a, help: b, perf_event_array: true, labels: [{name: x, size: 4}]}]}");
    var counts = new EventCounts(config.metrics().getFirst(), decoding, clock::get);
    for (int i = 0; i < EventCounts.MAX_SERIES + 1; i++) {
      counts.add(ByteBuffer.allocate(4).putInt(i).array());
    }
    assertThat(counts.read().samples()).hasSize(1);
  }

  private SpanLines spans(String more) throws IOException {
    var config =
        read(
            """
            tracing:
              spans:
                - name: request
                  ringbuf: spans
                  labels:
                    - {name: trace_id, size: 16, decoders: [{name: hex}]}
                    - {name: parent_span_id, size: 8, decoders: [{name: hex}]}
                    - {name: span_id, size: 8, decoders: [{name: hex}]}
                    - {name: span_monotonic_timestamp_ns, size: 8, decoders: [{name: uint}]}
                    - {name: span_duration_ns, size: 8, decoders: [{name: uint}]}
                    - {name: the.name, size: 7, decoders: [{name: string}]}
            """
                + more);
    return new SpanLines(
        config.spans().getFirst(),
        "a",
        decoding,
        new PrintWriter(lines),
        new SpanLines.Clocks(() -> Instant.ofEpochSecond(1_700_000_000L, 5), () -> 10_000),
        new Random(1));
  }

  private static ByteBuffer span(long trace, long parent, long own) {
    return ByteBuffer.allocate(56)
        .putLong(trace)
        .putLong(trace)
        .putLong(parent)
        .putLong(own)
        .order(ByteOrder.nativeOrder())
        .putLong(9_000)
        .putLong(1_500)
        .put(new byte[] {'a', '"', '\n', 'b'});
  }

  @Test
  void spansAreLinesOfOtlp() throws IOException {
    spans("      service: kernel\n").add(span(0xab, 1, 2).array());

    assertThat(lines.toString())
        .isEqualTo(
            "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"kernel\"}}]},"
                + "\"scopeSpans\":[{\"scope\":{\"name\":\"ebpf4j\"},\"spans\":[{"
                + "\"traceId\":\"00000000000000ab00000000000000ab\",\"spanId\":\"0000000000000002\",\"parentSpanId\":\"0000000000000001\","
                + "\"name\":\"request\",\"kind\":1,"
                + "\"startTimeUnixNano\":\"1699999999999999005\",\"endTimeUnixNano\":\"1700000000000000505\","
                + "\"attributes\":[{\"key\":\"the.name\",\"value\":{\"stringValue\":\"a\\\"\\nb\"}},"
                + "{\"key\":\"ebpf4j.config\",\"value\":{\"stringValue\":\"a\"}}]}]}]}]}\n");
  }

  @Test
  void idsThatAreMissingAreMadeUp() throws IOException {
    spans(
            "        - {name: span_name, size: 1, decoders: [{name: static_map, static_map: {0: nought}}]}\n")
        .add(span(0, 0, 0).array());

    assertThat(lines.toString())
        .containsPattern(
            "\"traceId\":\"[0-9a-f]{32}\",\"spanId\":\"[0-9a-f]{16}\",\"name\":\"nought\"")
        .doesNotContain("\"0000000000000000")
        .doesNotContain("parentSpanId");
  }

  @Test
  void aLabelThatIsNoIdIsAMistake() throws IOException {
    var config =
        read(
            "tracing: {spans: [{ringbuf: r, labels: [{name: trace_id, size: 4, decoders: [{name: uint}]}]}]}");
    var wrong =
        new SpanLines(
            config.spans().getFirst(),
            "a",
            decoding,
            new PrintWriter(lines),
            SpanLines.Clocks.OF_MACHINE,
            new Random(1));
    assertThat(config.spans().getFirst().name()).isEqualTo("r");
    assertThatThrownBy(() -> wrong.add(new byte[4]))
        .hasMessageContaining(
            "a.yaml, line 1: label 'trace_id' is to be 32 hexadecimal digits (16 bytes, decoder 'hex'), not '0'");
  }
}
