package org.ebpf4j.cli.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.cli.export.MetricsConfig.Buckets;
import org.ebpf4j.cli.export.MetricsConfig.Kind;
import org.ebpf4j.cli.export.MetricsConfig.LabelRule;
import org.ebpf4j.cli.export.MetricsConfig.Metric;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.LinuxMap;
import org.ebpf4j.linux.metrics.Histogram;
import org.ebpf4j.linux.metrics.Label;
import org.ebpf4j.linux.metrics.MapSamples;
import org.ebpf4j.linux.metrics.Sample;
import org.ebpf4j.linux.metrics.Scale;
import org.jspecify.annotations.Nullable;

/// A metric and the map that it is read from, fitted to each other.
final class MetricReading implements Reading {
  private final Metric metric;
  private final MapSamples samples;
  private final @Nullable MapSamples sums;
  private final @Nullable Scale scale;

  private MetricReading(
      Metric metric, MapSamples samples, @Nullable MapSamples sums, @Nullable Scale scale) {
    this.metric = metric;
    this.samples = samples;
    this.sums = sums;
    this.scale = scale;
  }

  /// Fits them.
  ///
  /// @throws BpfException where the map is not as the metric says, with the line that says so
  static MetricReading of(Metric metric, LinuxMap map, Decoding decoding) {
    try {
      var all = all(metric, map, decoding);
      var samples = only(member(metric, all), metric, all);
      if (metric.kind() != Kind.HISTOGRAM) {
        return new MetricReading(metric, samples, null, null);
      }
      if (samples.arrayLength() == 0 && metric.labels().isEmpty()) {
        throw new IllegalArgumentException(
            "the last label of a histogram is the number of the bucket; this has no label, and its"
                + " values are no arrays");
      }
      var sum = metric.buckets().sum();
      if (!sum.isEmpty() && samples.arrayLength() == 0) {
        throw new IllegalArgumentException(
            "'sum' goes with values that hold an array; here it is the bucket after the last");
      }
      return new MetricReading(
          metric,
          samples,
          sum.isEmpty() ? null : only(sum, metric, all),
          scale(metric.buckets(), samples.arrayLength()));
    } catch (IllegalArgumentException e) {
      throw new BpfException(metric.place() + ": " + e.getMessage(), e);
    }
  }

  private static MapSamples all(Metric metric, LinuxMap map, Decoding decoding) {
    var samples = MapSamples.of(map).withName(metric.name());
    if (!hasCpuLabel(metric, map)) {
      return samples.withLabels(labels(metric.labels(), map, decoding));
    }
    var rule = metric.labels().getLast();
    var ofKey = metric.labels().subList(0, metric.labels().size() - 1);
    var size = rule.size().orElse(Integer.BYTES);
    bytes(0, size);
    var label = decoding.in(Decoding.untyped(rule.name(), 0, size), rule.decoders());
    return samples
        .withLabels(labels(ofKey, map, decoding))
        .withCpuLabel(rule.name(), cpu -> label.text().apply(bytes(cpu, size)));
  }

  /// Whether the last label is the CPU that a value of a per-CPU map is of, and no part of the key:
  /// it is named `cpu`, and comes after all bytes of the key, or the key has no member of that
  /// name. Where it is the only one, the key does not matter.
  private static boolean hasCpuLabel(Metric metric, LinuxMap map) {
    if (!map.isPerCpu() || metric.kind() == Kind.HISTOGRAM || metric.labels().isEmpty()) {
      return false;
    }
    var last = metric.labels().getLast();
    if (!last.name().equals("cpu")) {
      return false;
    }
    if (metric.labels().size() == 1) {
      return last.size().isEmpty() || last.size().getAsInt() != map.keySize();
    }
    if (last.size().isEmpty()) {
      return Label.ofKey(map).stream().noneMatch(l -> l.name().equals(last.member()));
    }
    var before =
        metric.labels().stream()
            .limit(metric.labels().size() - 1L)
            .mapToLong(l -> l.size().orElse(0) + (long) l.padding())
            .sum();
    return before == map.keySize();
  }

  /// The number of a CPU as a label's bytes.
  private static byte[] bytes(int cpu, int size) {
    var bytes = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    return switch (size) {
      case Byte.BYTES -> bytes.put((byte) cpu).array();
      case Short.BYTES -> bytes.putShort((short) cpu).array();
      case Integer.BYTES -> bytes.putInt(cpu).array();
      case Long.BYTES -> bytes.putLong(cpu).array();
      default ->
          throw new IllegalArgumentException(
              "label 'cpu' has " + size + " bytes; the number of a CPU has 1, 2, 4 or 8");
    };
  }

  private static MapSamples only(String member, Metric metric, MapSamples all) {
    if (!all.members().contains(member)) {
      throw new NotFoundException(
          "number in the values of map '" + metric.map() + "':",
          member,
          all.members(),
          "It is named in " + metric.place());
    }
    return all.withMember(member);
  }

  private static String member(Metric metric, MapSamples all) {
    if (!metric.member().isEmpty()) {
      return metric.member();
    }
    var members =
        all.members().stream()
            .filter(m -> !m.equals(metric.buckets().sum()) || m.isEmpty())
            .toList();
    if (members.size() != 1) {
      throw new IllegalArgumentException(
          "the values of map '"
              + metric.map()
              + "' hold several numbers; name one with 'value': "
              + String.join(", ", all.members()));
    }
    return members.getFirst();
  }

  private static List<Label> labels(List<LabelRule> rules, LinuxMap map, Decoding decoding) {
    var known = Label.ofKey(map);
    var labels = new ArrayList<Label>();
    var offset = 0;
    for (var rule : rules) {
      var plain =
          rule.size().isPresent()
              ? Decoding.untyped(rule.name(), offset, rule.size().getAsInt())
              : member(rule, map, known, rules.size());
      offset = Math.addExact(offset, Math.addExact(rule.size().orElse(0), rule.padding()));
      labels.add(decoding.in(plain, rule.decoders()));
    }
    if (offset != 0 && offset != map.keySize()) {
      throw new IllegalArgumentException(
          "the labels have "
              + offset
              + " bytes together, padding included; the keys of map '"
              + map.name()
              + "' have "
              + map.keySize());
    }
    return labels;
  }

  /// A key that is no struct is a label of any name.
  private static Label member(LabelRule rule, LinuxMap map, List<Label> known, int labels) {
    var only = known.size() == 1 && known.getFirst().name().equals("key") && labels == 1;
    return known.stream()
        .filter(l -> only || l.name().equals(rule.member()))
        .findFirst()
        .orElseThrow(() ->
            new NotFoundException(
                "member of the keys of map '" + map.name() + "':",
                rule.member(),
                known.stream().map(Label::name).toList(),
                "It is named in " + rule.place()))
        .withName(rule.name());
  }

  /// The buckets by their numbers; those of an array's slots where there are any.
  private static Scale scale(Buckets buckets, int slots) {
    // A slot holds values below the next power of two, or the next step.
    var first =
        switch (buckets.type()) {
          case EXP2, LINEAR -> slots > 0 ? 1 : 0;
          case EXP2ZERO, FIXED -> 0;
        };
    var min = buckets.min().orElse(first);
    if (buckets.type() != MetricsConfig.BucketType.FIXED && buckets.max().isEmpty() && slots < 2) {
      throw new IllegalArgumentException("'bucket_max' is missing");
    }
    // The last slot holds all that is above the others.
    var max = buckets.max().orElse(min + slots - 2);
    return switch (buckets.type()) {
      case EXP2 -> Scale.exponential(min, max, buckets.multiplier());
      case EXP2ZERO -> Scale.exponentialWithZero(min, max, buckets.multiplier());
      case LINEAR -> Scale.linear(min, max, buckets.multiplier());
      case FIXED -> Scale.fixed(buckets.keys(), buckets.multiplier());
    };
  }

  @Override
  public String name() {
    return metric.name();
  }

  @Override
  public MetricFamily read() {
    var read = samples.read();
    return new MetricFamily(
        metric.name(),
        metric.help(),
        metric.kind(),
        scale == null ? read : List.of(),
        scale == null
            ? List.of()
            : histograms(read, scale).stream().map(MetricReading::summed).toList());
  }

  /// The histogram with a sum: 0 where it is not known, as ebpf_exporter has it.
  private static Histogram summed(Histogram histogram) {
    return Double.isNaN(histogram.sum()) ? histogram.withSum(0) : histogram;
  }

  private List<Histogram> histograms(List<Sample> read, Scale buckets) {
    if (samples.arrayLength() == 0) {
      var bucket = metric.labels().getLast();
      try {
        return Histogram.ofKeys(read, bucket.name(), buckets);
      } catch (IllegalArgumentException e) {
        throw new BpfException(bucket.place() + ": " + e.getMessage(), e);
      }
    }
    var histograms = Histogram.ofSlots(read, samples.indexLabel(), buckets);
    if (sums == null) {
      return histograms;
    }
    Map<Map<String, String>, Double> byLabels = new HashMap<>();
    sums.read().forEach(s -> byLabels.put(s.labels(), s.value() * buckets.unit()));
    return histograms.stream()
        .map(h -> h.withSum(byLabels.getOrDefault(h.labels(), Double.NaN)))
        .toList();
  }
}
