package org.ebpf4j.cli.export;

import java.io.PrintWriter;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.ebpf4j.cli.export.MetricsConfig.Span;
import org.ebpf4j.cli.process.OutputException;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.BpfException;
import org.jspecify.annotations.Nullable;

/// Spans of traces as lines of JSON in the form of OTLP (`ExportTraceServiceRequest` of
/// opentelemetry-proto 1), which collectors of OpenTelemetry read from files: a line for each
/// event.
///
/// Some labels of an event are parts of the span: `trace_id` (32 hexadecimal digits), `span_id` and
/// `parent_span_id` (16), `span_monotonic_timestamp_ns` (its start, by the clock of
/// `bpf_ktime_get_ns()`), `span_duration_ns` and `span_name`. All others are attributes. An id that
/// is missing or zero is made up, but for the parent's.
final class SpanLines {
  private static final HexFormat HEX = HexFormat.of();

  private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000);

  private final Span span;
  private final String config;
  private final EventLabels labels;
  private final PrintWriter out;
  private final Clocks clocks;
  private final RandomGenerator random;

  /// What the time is.
  ///
  /// @param now the time of day
  /// @param monotonic nanoseconds by the clock that programs have
  record Clocks(Supplier<Instant> now, LongSupplier monotonic) {
    /// [System#nanoTime()] is `CLOCK_MONOTONIC`, as is `bpf_ktime_get_ns()`.
    static final Clocks OF_MACHINE = new Clocks(Instant::now, System::nanoTime);
  }

  /// @param config the name of the configuration
  /// @param out where lines go; it is not closed
  SpanLines(
      Span span,
      String config,
      Decoding decoding,
      PrintWriter out,
      Clocks clocks,
      RandomGenerator random) {
    this.span = span;
    this.config = config;
    this.labels = new EventLabels(span.labels(), decoding);
    this.out = out;
    this.clocks = clocks;
    this.random = random;
  }

  /// Writes the span that an event is.
  ///
  /// @throws BpfException where it is none
  /// @throws OutputException where it cannot be written
  void add(byte[] event) {
    var of = labels.of(event);
    if (of.isEmpty()) {
      return;
    }
    var line = line(new LinkedHashMap<>(of.get()));
    synchronized (out) {
      out.println(line);
      out.flush();
      if (out.checkError()) {
        throw OutputException.of("spans", "an error of the file they go to");
      }
    }
  }

  private String line(Map<String, String> attributes) {
    var trace = id(attributes.remove("trace_id"), "trace_id", 32, true);
    var own = id(attributes.remove("span_id"), "span_id", 16, true);
    var parent = id(attributes.remove("parent_span_id"), "parent_span_id", 16, false);
    var start = start(attributes.remove("span_monotonic_timestamp_ns"));
    var duration = number(attributes.remove("span_duration_ns"), "span_duration_ns");
    var name = attributes.getOrDefault("span_name", span.name());
    attributes.remove("span_name");
    attributes.put("ebpf4j.config", config);

    var service = span.service().isEmpty() ? "" : attribute("service.name", span.service());
    var all = new StringBuilder();
    attributes.forEach(
        (key, value) -> all.append(all.isEmpty() ? "" : ",").append(attribute(key, value)));
    return "{\"resourceSpans\":[{\"resource\":{\"attributes\":["
        + service
        + "]},\"scopeSpans\":[{\"scope\":{\"name\":\"ebpf4j\"},\"spans\":[{\"traceId\":\""
        + trace
        + "\",\"spanId\":\""
        + own
        + (parent.isEmpty() ? "" : "\",\"parentSpanId\":\"" + parent)
        + "\",\"name\":"
        + Json.quote(name)
        + ",\"kind\":1,\"startTimeUnixNano\":\""
        + start
        + "\",\"endTimeUnixNano\":\""
        + start.add(duration)
        + "\",\"attributes\":["
        + all
        + "]}]}]}]}";
  }

  private static String attribute(String key, String value) {
    return "{\"key\":"
        + Json.quote(key)
        + ",\"value\":{\"stringValue\":"
        + Json.quote(value)
        + "}}";
  }

  /// The digits of an id; where it is zero or missing, those of a new one, or none.
  private String id(@Nullable String text, String label, int digits, boolean wanted) {
    if (text != null
        && (text.length() != digits || !text.chars().allMatch(HexFormat::isHexDigit))) {
      throw new BpfException(
          span.place()
              + ": label '"
              + label
              + "' is to be "
              + digits
              + " hexadecimal digits ("
              + digits / 2
              + " bytes, decoder 'hex'), not '"
              + text
              + "'");
    }
    if (text != null && !text.chars().allMatch(c -> c == '0')) {
      return text;
    }
    if (!wanted) {
      return "";
    }
    var id = new StringBuilder();
    while (id.length() < digits) {
      // Zero is no id.
      id.append(HEX.toHexDigits(random.nextLong() | 1));
    }
    return id.toString();
  }

  /// The start as nanoseconds since 1970.
  private BigInteger start(@Nullable String text) {
    var now = clocks.now().get();
    var unix =
        BigInteger.valueOf(now.getEpochSecond())
            .multiply(NANOS)
            .add(BigInteger.valueOf(now.getNano()));
    if (text == null) {
      return unix;
    }
    var started = number(text, "span_monotonic_timestamp_ns");
    var ago = BigInteger.valueOf(clocks.monotonic().getAsLong()).subtract(started);
    return unix.subtract(ago).max(BigInteger.ZERO);
  }

  private BigInteger number(@Nullable String text, String label) {
    try {
      return text == null
          ? BigInteger.ZERO
          : new BigInteger(Long.toUnsignedString(Long.parseUnsignedLong(text)));
    } catch (NumberFormatException e) {
      throw new BpfException(
          span.place() + ": label '" + label + "' is to be a number, not '" + text + "'", e);
    }
  }
}
