package org.ebpf4j.cli.export;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.ebpf4j.linux.metrics.Histogram;
import org.ebpf4j.linux.metrics.Sample;

/// Metrics in Prometheus' text format, version 0.0.4.
final class PrometheusText {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /// Above it, whole numbers have gaps between them.
  private static final double MAX_WHOLE = 1L << 53;

  private final StringBuilder out = new StringBuilder();

  private final UnaryOperator<String> values;

  private PrometheusText(UnaryOperator<String> values) {
    this.values = values;
  }

  /// All of them as they are; within one, ordered by labels.
  ///
  /// @param prefix what is put before all names
  static String of(String prefix, List<MetricFamily> families) {
    return of(prefix, families, UnaryOperator.identity());
  }

  /// All of them; within one, ordered by labels.
  ///
  /// @param prefix what is put before all names
  /// @param values how the values of labels and the lines of help are shown
  static String of(String prefix, List<MetricFamily> families, UnaryOperator<String> values) {
    var text = new PrometheusText(values);
    families.forEach(f -> text.family(prefix + f.name(), f));
    return text.out.toString();
  }

  private void family(String name, MetricFamily family) {
    out.append("# HELP ")
        .append(name)
        .append(' ')
        .append(escaped(values.apply(family.help()), false))
        .append('\n');
    out.append("# TYPE ").append(name).append(' ');
    out.append(family.kind().name().toLowerCase(Locale.ROOT)).append('\n');
    family.samples().stream()
        .sorted(Comparator.comparing(s -> key(s.labels().values())))
        .forEach(s -> sample(name, s));
    family.histograms().stream()
        .sorted(Comparator.comparing(h -> key(h.labels().values())))
        .forEach(h -> histogram(name, h));
  }

  /// Numbers among the values of labels come in their order.
  private static String key(Collection<String> values) {
    var key = new StringBuilder();
    for (var value : values) {
      var number = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
      key.repeat('0', number ? Math.max(0, 20 - value.length()) : 0).append(value).append('\0');
    }
    return key.toString();
  }

  private void sample(String name, Sample sample) {
    line(name, sample.labels(), "", sample.value());
  }

  private void histogram(String name, Histogram histogram) {
    for (var bucket : histogram.buckets()) {
      line(name + "_bucket", histogram.labels(), number(bucket.bound()), bucket.count());
    }
    line(name + "_bucket", histogram.labels(), "+Inf", histogram.count());
    line(name + "_sum", histogram.labels(), "", histogram.sum());
    line(name + "_count", histogram.labels(), "", histogram.count());
  }

  private void line(String name, Map<String, String> labels, String bound, double value) {
    out.append(name);
    var separator = '{';
    for (var label : labels.entrySet()) {
      out.append(separator).append(label.getKey()).append("=\"");
      out.append(escaped(values.apply(label.getValue()), true)).append('"');
      separator = ',';
    }
    if (!bound.isEmpty()) {
      out.append(separator).append("le=\"").append(bound).append('"');
      separator = ',';
    }
    out.append(separator == ',' ? "} " : " ").append(number(value)).append('\n');
  }

  static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == Math.rint(value) && Math.abs(value) <= MAX_WHOLE) {
      return Long.toString((long) value);
    }
    var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    return decimal.scale() > 12 || decimal.scale() < 0
        ? Double.toString(value).replace("E", "e")
        : decimal.toPlainString();
  }

  private static String escaped(String text, boolean inQuotes) {
    var escaped = text.replace("\\", "\\\\").replace("\n", "\\n");
    return inQuotes ? escaped.replace("\"", "\\\"") : escaped;
  }
}
