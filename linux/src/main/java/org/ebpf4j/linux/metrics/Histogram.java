package org.ebpf4j.linux.metrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How many values there were up to each of some bounds.
///
/// @param name what was measured
/// @param labels what tells it from others of that name, in order
/// @param buckets how many values there were up to each bound, ascending
/// @param count how many there were in all
/// @param sum all values together, or NaN where that is not known
public record Histogram(
    String name, Map<String, String> labels, List<Bucket> buckets, double count, double sum) {
  /// How many values there were up to a bound.
  ///
  /// @param bound the bound
  /// @param count how many values were not above it, those of lower buckets included
  public record Bucket(double bound, double count) {}

  public Histogram {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    buckets = List.copyOf(buckets);
  }

  /// Counts by bucket number while they are gathered.
  private static final class Gathering {
    private final Map<String, String> labels;
    private final TreeMap<Double, Double> counts = new TreeMap<>();

    Gathering(Map<String, String> labels) {
      this.labels = labels;
    }

    void add(double number, double count) {
      counts.merge(number, count, Double::sum);
    }

    Histogram histogram(String name, Scale scale, boolean withSum) {
      var sum = withSum ? counts.remove(scale.sumNumber()) : null;
      var buckets = new ArrayList<Bucket>();
      var left = counts.entrySet().iterator();
      var next = left.hasNext() ? left.next() : null;
      var count = 0.0;
      for (int i = 0; i < scale.numbers().size(); i++) {
        while (next != null && next.getKey() <= scale.numbers().get(i)) {
          count += next.getValue();
          next = left.hasNext() ? left.next() : null;
        }
        buckets.add(new Bucket(scale.bounds().get(i), count));
      }
      while (next != null) {
        count += next.getValue();
        next = left.hasNext() ? left.next() : null;
      }
      return new Histogram(
          name, labels, buckets, count, sum == null ? Double.NaN : sum * scale.unit());
    }
  }

  /// Makes histograms of samples that count values by the number of a bucket, as programs keep them
  /// whose keys end with that number. A number above the last of the scale counts in no bucket, but
  /// in all; the one that is greater by 1 is the sum.
  ///
  /// @param samples the counts, of one name
  /// @param bucket the label that is the number of the bucket
  /// @throws IllegalArgumentException where that is no number
  public static List<Histogram> ofKeys(List<Sample> samples, String bucket, Scale scale) {
    return of(samples, bucket, scale, true);
  }

  /// Makes histograms of samples that count values by the index of a bucket, as programs keep them
  /// whose values are arrays of counts. The first is the first of the scale; those beyond its last
  /// count in no bucket, but in all.
  ///
  /// @param samples the counts, of one name
  /// @param index the label that is the index
  /// @throws IllegalArgumentException where that is no number
  public static List<Histogram> ofSlots(List<Sample> samples, String index, Scale scale) {
    return of(samples, index, scale, false);
  }

  private static List<Histogram> of(
      List<Sample> samples, String bucket, Scale scale, boolean keys) {
    var gathered = new LinkedHashMap<Map<String, String>, Gathering>();
    var name = "";
    for (var sample : samples) {
      name = sample.name();
      var labels = new LinkedHashMap<>(sample.labels());
      var number = number(sample, bucket, labels.remove(bucket));
      gathered
          .computeIfAbsent(labels, Gathering::new)
          .add(keys ? number : scale.number((int) number), sample.value());
    }
    var common = name;
    return gathered.values().stream().map(g -> g.histogram(common, scale, keys)).toList();
  }

  private static double number(
      Sample sample, String bucket, @org.jspecify.annotations.Nullable String text) {
    try {
      return Double.parseDouble(text == null ? "" : text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          sample.name() + ": label '" + bucket + "' is no number of a bucket: '" + text + "'", e);
    }
  }

  /// The same with the sum of all values.
  public Histogram withSum(double other) {
    return new Histogram(name, labels, buckets, count, other);
  }
}
