package org.ebpf4j.cli.export;

import com.google.re2j.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What `export prometheus` is to serve: a YAML file as values.
///
/// @param file the file
/// @param objects the object files whose maps these are; none where the file does not say
/// @param metrics what is made of which map
/// @param programs whose runs are counted and timed
/// @param maps whose entries are counted
/// @param spans which events are spans of traces
/// @param addresses the kernel's symbols whose addresses programs are given
/// @param cgroups the map of cgroups that is kept, if there is one
record MetricsConfig(
    Path file,
    List<Path> objects,
    List<Metric> metrics,
    Selection programs,
    Selection maps,
    List<Span> spans,
    List<KernelAddress> addresses,
    Optional<CgroupMap> cgroups) {
  /// Some things of an object, by their names.
  ///
  /// @param all whether it is all of them
  /// @param names which, where it is not all
  /// @param place where the file says so
  record Selection(boolean all, List<String> names, String place) {
    static final Selection NONE = new Selection(false, List.of(), "");

    boolean isEmpty() {
      return !all && names.isEmpty();
    }
  }

  /// The address of a symbol of the kernel, which programs find in a variable.
  ///
  /// @param symbol its name; the variable is `kaddr_` and this
  /// @param place where the file says so
  record KernelAddress(String symbol, String place) {}

  /// How cgroups become entries of a map.
  enum CgroupMapType {
    /// The id of a cgroup is the key, 1 the value.
    HASH,
    /// The value 1 hangs on a cgroup.
    CGRP_STORAGE
  }

  /// A map in which programs find the cgroups whose paths fit a pattern.
  ///
  /// @param map its name
  /// @param type how they are kept in it
  /// @param patterns one of them must fit some part of the path
  /// @param place where the file says so
  record CgroupMap(String map, CgroupMapType type, List<Pattern> patterns, String place) {}

  /// Events of a ring buffer that are spans of traces.
  ///
  /// @param name the name of the span, where no label `span_name` says it
  /// @param ring the map
  /// @param service the service that it belongs to; empty where the file does not say
  /// @param labels the parts of an event
  /// @param place where the file says so
  record Span(String name, String ring, String service, List<LabelRule> labels, String place) {}

  /// What Prometheus calls a type of metrics.
  enum Kind {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  /// One metric.
  ///
  /// @param name its name, without what is put before all names
  /// @param help a line that says what it is
  /// @param map the map that it is read from
  /// @param member which number of the map's values; empty where there is but one
  /// @param kind what it is to Prometheus
  /// @param labels how the map's keys become labels
  /// @param buckets those of a histogram
  /// @param events where the map is a perf buffer, whose events are counted: after which time the
  ///   counts are forgotten
  /// @param place where the file says so
  record Metric(
      String name,
      String help,
      String map,
      String member,
      Kind kind,
      List<LabelRule> labels,
      Buckets buckets,
      Optional<Duration> events,
      String place) {}

  /// How a part of a key becomes a label.
  ///
  /// @param name the name of the label
  /// @param member the member of the key that it is, where no sizes are given
  /// @param size how many bytes it has
  /// @param padding how many bytes after it mean nothing
  /// @param decoders what makes text of it, one after another
  /// @param place where the file says so
  record LabelRule(
      String name,
      String member,
      OptionalInt size,
      int padding,
      List<DecoderRule> decoders,
      String place) {}

  /// One step from bytes to text.
  ///
  /// @param decoder which
  /// @param words for `static_map`: what is put for which text
  /// @param allowUnknown for `static_map`: whether other text stays as it is
  /// @param patterns for `regexp`, in RE2's syntax: the first group of the first that fits is the
  ///   value, or what fits where it has none; where none fits, the entry is left out
  /// @param place where the file says so
  record DecoderRule(
      Decoder decoder,
      Map<String, String> words,
      boolean allowUnknown,
      List<Pattern> patterns,
      String place) {}

  /// How numbers of buckets become bounds.
  enum BucketType {
    EXP2,
    EXP2ZERO,
    LINEAR,
    FIXED
  }

  /// The buckets of a histogram.
  ///
  /// @param type how their numbers become bounds
  /// @param min the first number, where it is given
  /// @param max the last number, where it is given
  /// @param keys the numbers of fixed ones
  /// @param multiplier what bounds are multiplied by
  /// @param sum the member of the map's values that is the sum; empty where there is none
  record Buckets(
      BucketType type,
      OptionalInt min,
      OptionalInt max,
      List<Double> keys,
      double multiplier,
      String sum) {
    static final Buckets NONE =
        new Buckets(BucketType.EXP2, OptionalInt.empty(), OptionalInt.empty(), List.of(), 1, "");
  }
}
