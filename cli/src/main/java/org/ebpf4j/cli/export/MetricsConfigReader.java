package org.ebpf4j.cli.export;

import com.google.re2j.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ebpf4j.cli.export.LabelReader.Use;
import org.ebpf4j.cli.export.MetricsConfig.BucketType;
import org.ebpf4j.cli.export.MetricsConfig.Buckets;
import org.ebpf4j.cli.export.MetricsConfig.CgroupMap;
import org.ebpf4j.cli.export.MetricsConfig.CgroupMapType;
import org.ebpf4j.cli.export.MetricsConfig.KernelAddress;
import org.ebpf4j.cli.export.MetricsConfig.Kind;
import org.ebpf4j.cli.export.MetricsConfig.Metric;
import org.ebpf4j.cli.export.MetricsConfig.Selection;
import org.ebpf4j.cli.export.MetricsConfig.Span;
import org.ebpf4j.cli.input.YamlPart;
import org.ebpf4j.error.BpfException;
import org.jspecify.annotations.Nullable;

/// Reads the YAML of `export prometheus`. Its form is that of ebpf_exporter, with keys of our own:
/// `object`, `gauges`, `map`, `value`, `sum`, `member`, and `programs` and `maps` among the
/// metrics.
final class MetricsConfigReader {
  private static final Pattern METRIC_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  private static final Set<String> COUNTER_KEYS =
      Set.of("name", "help", "map", "value", "labels", "perf_event_array", "flush_interval");
  private static final Set<String> HISTOGRAM_KEYS =
      Set.of(
          "name",
          "help",
          "map",
          "value",
          "labels",
          "bucket_type",
          "bucket_min",
          "bucket_max",
          "bucket_keys",
          "bucket_multiplier",
          "sum");

  private static final Set<String> FILE_KEYS =
      Set.of("name", "object", "metrics", "tracing", "kaddrs", "cgroup_id_map");
  private static final Set<String> METRICS_KEYS =
      Set.of("counters", "gauges", "histograms", "programs", "maps");
  private static final Set<String> SPAN_KEYS = Set.of("name", "ringbuf", "service", "labels");

  /// How long counts of events are kept, where the file does not say.
  private static final Duration FLUSH_INTERVAL = Duration.ofHours(1);

  private final Path file;
  private final List<Metric> metrics = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final LabelReader labels = new LabelReader();

  private MetricsConfigReader(Path file) {
    this.file = file;
  }

  /// Reads a file.
  ///
  /// @throws BpfException where it is not as it should be, with the line
  static MetricsConfig read(Path file) {
    return of(file, YamlPart.read(file));
  }

  /// Reads what is in a file.
  static MetricsConfig of(Path file, YamlPart root) {
    return new MetricsConfigReader(file).config(root);
  }

  /// All keys of files, metrics, spans, labels and decoders.
  static Set<String> keys() {
    return Stream.of(
            FILE_KEYS,
            METRICS_KEYS,
            COUNTER_KEYS,
            HISTOGRAM_KEYS,
            SPAN_KEYS,
            LabelReader.LABEL_KEYS,
            LabelReader.DECODER_KEYS)
        .flatMap(Set::stream)
        .collect(Collectors.toUnmodifiableSet());
  }

  private MetricsConfig config(YamlPart root) {
    var members = root.members("the file", FILE_KEYS);
    if (!members.containsKey("metrics") && !members.containsKey("tracing")) {
      throw root.error("'metrics' is missing, and 'tracing' too");
    }
    var programs = Selection.NONE;
    var maps = Selection.NONE;
    var wanted = members.get("metrics");
    if (wanted != null) {
      var sections = wanted.members("metrics", METRICS_KEYS);
      metrics(sections.get("counters"), "counters", Kind.COUNTER);
      metrics(sections.get("gauges"), "gauges", Kind.GAUGE);
      metrics(sections.get("histograms"), "histograms", Kind.HISTOGRAM);
      programs = selection(sections.get("programs"), "programs");
      maps = selection(sections.get("maps"), "maps");
    }
    var spans = spans(members.get("tracing"));
    if (metrics.isEmpty() && programs.isEmpty() && maps.isEmpty() && spans.isEmpty()) {
      throw (wanted == null ? root : wanted).error("there is nothing to export");
    }
    return new MetricsConfig(
        file,
        objects(members.get("object")),
        metrics,
        programs,
        maps,
        spans,
        addresses(members.get("kaddrs")),
        Optional.ofNullable(members.get("cgroup_id_map")).map(this::cgroups));
  }

  private List<Path> objects(@Nullable YamlPart part) {
    if (part == null) {
      return List.of();
    }
    var parts = part.isList() ? part.items("object") : List.of(part);
    return parts.stream().map(p -> p.path("object", file)).toList();
  }

  private static Selection selection(@Nullable YamlPart part, String what) {
    if (part == null) {
      return Selection.NONE;
    }
    if (part.isList()) {
      var names = part.items(what).stream().map(p -> p.text("a name")).toList();
      return new Selection(false, names, part.place());
    }
    return new Selection(part.truth(what + ", where it is no list,"), List.of(), part.place());
  }

  private static List<KernelAddress> addresses(@Nullable YamlPart list) {
    return list == null
        ? List.of()
        : list.items("kaddrs").stream()
            .map(p -> new KernelAddress(p.text("a symbol"), p.place()))
            .toList();
  }

  private CgroupMap cgroups(YamlPart part) {
    var members = part.members("cgroup_id_map", Set.of("name", "type", "regexps"));
    var type = members.get("type");
    var patterns = labels.patterns(part.required(members, "regexps"));
    if (patterns.isEmpty()) {
      throw part.error("'regexps' is empty, and no cgroup fits");
    }
    return new CgroupMap(
        part.required(members, "name").text("name"),
        type == null
            ? CgroupMapType.HASH
            : type.constant("type", CgroupMapType.values(), t -> t.name().toLowerCase(Locale.ROOT)),
        patterns,
        part.place());
  }

  private List<Span> spans(@Nullable YamlPart part) {
    var spans = new ArrayList<Span>();
    var list = part == null ? null : part.members("tracing", Set.of("spans")).get("spans");
    if (list != null) {
      list.items("spans").forEach(p -> spans.add(span(p)));
    }
    return spans;
  }

  private Span span(YamlPart part) {
    labels.count(part);
    var members = part.members("a span", SPAN_KEYS);
    var ring = part.required(members, "ringbuf").text("ringbuf");
    return new Span(
        YamlPart.text(members, "name", ring),
        ring,
        YamlPart.text(members, "service", ""),
        labels.labels(part.required(members, "labels"), Use.SPAN),
        part.place());
  }

  private void metrics(@Nullable YamlPart list, String what, Kind kind) {
    if (list == null) {
      return;
    }
    for (var part : list.items(what)) {
      metrics.add(metric(part, kind));
    }
  }

  private Metric metric(YamlPart part, Kind kind) {
    labels.count(part);
    var histogram = kind == Kind.HISTOGRAM;
    var members = part.members("a metric", histogram ? HISTOGRAM_KEYS : COUNTER_KEYS);
    var name = part.required(members, "name");
    var own = name.text("name");
    if (!METRIC_NAME.matcher(own).matches()) {
      throw name.error("'" + own + "' is no name of a metric: letters, digits, _ and :");
    }
    var full = kind == Kind.COUNTER && !own.endsWith("_total") ? own + "_total" : own;
    if (!names.add(full)) {
      throw name.error("two metrics are named '" + full + "'");
    }
    var events = events(part, members);
    var use = histogram ? Use.HISTOGRAM : events.isPresent() ? Use.EVENTS : Use.METRIC;
    return new Metric(
        full,
        part.required(members, "help").text("help"),
        YamlPart.text(members, "map", own),
        YamlPart.text(members, "value", ""),
        kind,
        labels.labels(members.get("labels"), use),
        histogram ? buckets(part, members) : Buckets.NONE,
        events,
        part.place());
  }

  /// How long the counts of events are kept; empty where the map is read as it is.
  private static Optional<Duration> events(YamlPart part, Map<String, YamlPart> members) {
    var array = members.get("perf_event_array");
    var events = array != null && array.truth("perf_event_array");
    var interval = members.get("flush_interval");
    if (!events) {
      if (interval != null) {
        throw interval.error("flush_interval goes with perf_event_array only");
      }
      return Optional.empty();
    }
    if (members.containsKey("value")) {
      throw part.error("'value' does not go with perf_event_array: events are counted");
    }
    if (interval == null) {
      return Optional.of(FLUSH_INTERVAL);
    }
    var text = interval.text("flush_interval");
    var time =
        GoDuration.parse(text)
            .orElseThrow(() ->
                interval.error(
                    "flush_interval is to be a time such as 30s or 1h30m, not '" + text + "'"));
    return Optional.of(time.isZero() ? FLUSH_INTERVAL : time);
  }

  private static Buckets buckets(YamlPart metric, Map<String, YamlPart> members) {
    var type =
        metric
            .required(members, "bucket_type")
            .constant("bucket_type", BucketType.values(), t -> t.name().toLowerCase(Locale.ROOT));
    var keys = new ArrayList<Double>();
    var list = members.get("bucket_keys");
    if (list != null) {
      list.items("bucket_keys").forEach(p -> keys.add(p.number("a bucket")));
    }
    if ((type == BucketType.FIXED) == keys.isEmpty()) {
      throw metric.error("bucket_keys goes with the bucket_type fixed, and holds something");
    }
    var min = YamlPart.whole(members, "bucket_min", 0, Integer.MAX_VALUE);
    var max = YamlPart.whole(members, "bucket_max", 0, Integer.MAX_VALUE);
    if (type == BucketType.FIXED && (min.isPresent() || max.isPresent())) {
      throw metric.error("bucket_min and bucket_max do not go with the bucket_type fixed");
    }
    var factor = members.get("bucket_multiplier");
    var multiplier = factor == null ? 1 : factor.number("bucket_multiplier");
    if (!(multiplier > 0 && Double.isFinite(multiplier))) {
      throw metric.error("bucket_multiplier is to be above zero");
    }
    return new Buckets(type, min, max, keys, multiplier, YamlPart.text(members, "sum", ""));
  }
}
