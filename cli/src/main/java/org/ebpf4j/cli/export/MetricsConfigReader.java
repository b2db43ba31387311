package org.ebpf4j.cli.export;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ebpf4j.cli.export.MetricsConfig.BucketType;
import org.ebpf4j.cli.export.MetricsConfig.Buckets;
import org.ebpf4j.cli.export.MetricsConfig.DecoderRule;
import org.ebpf4j.cli.export.MetricsConfig.Kind;
import org.ebpf4j.cli.export.MetricsConfig.LabelRule;
import org.ebpf4j.cli.export.MetricsConfig.Metric;
import org.ebpf4j.cli.export.MetricsConfig.Selection;
import org.ebpf4j.error.BpfException;

/// Reads the YAML of `export prometheus`. Its form is that of ebpf_exporter, as far as it goes.
final class MetricsConfigReader {
  private static final Pattern METRIC_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  /// Two underscores at the start are Prometheus' own.
  private static final Pattern LABEL_NAME =
      Pattern.compile("[a-zA-Z][a-zA-Z0-9_]*|_([a-zA-Z0-9][a-zA-Z0-9_]*)?");

  private static final Set<String> COUNTER_KEYS = Set.of("name", "help", "map", "value", "labels");
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

  /// An alias may stand for much, many times.
  private static final int MAX_RULES = 10_000;

  private final Path file;
  private final List<Metric> metrics = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private int rules;

  private MetricsConfigReader(Path file) {
    this.file = file;
  }

  /// Reads a file.
  ///
  /// @throws BpfException where it is not as it should be, with the line
  static MetricsConfig read(Path file) {
    return new MetricsConfigReader(file).config(YamlPart.read(file));
  }

  private MetricsConfig config(YamlPart root) {
    var members = root.members("the file", Set.of("object", "metrics"));
    var wanted = required(root, members, "metrics");
    var sections =
        wanted.members("metrics", Set.of("counters", "gauges", "histograms", "programs", "maps"));
    metrics(sections.get("counters"), "counters", Kind.COUNTER);
    metrics(sections.get("gauges"), "gauges", Kind.GAUGE);
    metrics(sections.get("histograms"), "histograms", Kind.HISTOGRAM);
    var programs = selection(sections.get("programs"), "programs");
    var maps = selection(sections.get("maps"), "maps");
    if (metrics.isEmpty() && programs.isEmpty() && maps.isEmpty()) {
      throw wanted.error("there is nothing to export");
    }
    return new MetricsConfig(file, objects(members.get("object")), metrics, programs, maps);
  }

  private static YamlPart required(YamlPart of, Map<String, YamlPart> members, String key) {
    var part = members.get(key);
    if (part == null) {
      throw of.error("'" + key + "' is missing");
    }
    return part;
  }

  private List<Path> objects(@org.jspecify.annotations.Nullable YamlPart part) {
    if (part == null) {
      return List.of();
    }
    var parts = part.isList() ? part.items("object") : List.of(part);
    return parts.stream().map(p -> file.resolveSibling(p.text("object"))).toList();
  }

  private static Selection selection(
      @org.jspecify.annotations.Nullable YamlPart part, String what) {
    if (part == null) {
      return Selection.NONE;
    }
    if (part.isList()) {
      var names = part.items(what).stream().map(p -> p.text("a name")).toList();
      return new Selection(false, names, part.place());
    }
    return new Selection(part.truth(what + ", where it is no list,"), List.of(), part.place());
  }

  private void metrics(@org.jspecify.annotations.Nullable YamlPart list, String what, Kind kind) {
    if (list == null) {
      return;
    }
    for (var part : list.items(what)) {
      metrics.add(metric(part, kind));
    }
  }

  private Metric metric(YamlPart part, Kind kind) {
    count(part);
    var histogram = kind == Kind.HISTOGRAM;
    var members = part.members("a metric", histogram ? HISTOGRAM_KEYS : COUNTER_KEYS);
    var name = required(part, members, "name");
    var own = name.text("name");
    if (!METRIC_NAME.matcher(own).matches()) {
      throw name.error("'" + own + "' is no name of a metric: letters, digits, _ and :");
    }
    var full = kind == Kind.COUNTER && !own.endsWith("_total") ? own + "_total" : own;
    if (!names.add(full)) {
      throw name.error("two metrics are named '" + full + "'");
    }
    return new Metric(
        full,
        required(part, members, "help").text("help"),
        text(members, "map", own),
        text(members, "value", ""),
        kind,
        labels(members.get("labels"), histogram),
        histogram ? buckets(part, members) : Buckets.NONE,
        part.place());
  }

  private static String text(Map<String, YamlPart> members, String key, String otherwise) {
    var part = members.get(key);
    return part == null ? otherwise : part.text(key);
  }

  private void count(YamlPart part) {
    if (++rules > MAX_RULES) {
      throw part.error("more than " + MAX_RULES + " metrics, labels and decoders");
    }
  }

  private List<LabelRule> labels(
      @org.jspecify.annotations.Nullable YamlPart list, boolean histogram) {
    if (list == null) {
      return List.of();
    }
    var labels = new ArrayList<LabelRule>();
    var sized = 0;
    for (var part : list.items("labels")) {
      var label = label(part, histogram);
      if (labels.stream().anyMatch(l -> l.name().equals(label.name()))) {
        throw part.error("two labels are named '" + label.name() + "'");
      }
      labels.add(label);
      sized += label.size().isPresent() ? 1 : 0;
      if (sized != 0 && sized != labels.size()) {
        throw part.error("either all labels of a metric have a size, or none");
      }
    }
    return labels;
  }

  private LabelRule label(YamlPart part, boolean histogram) {
    count(part);
    var members = part.members("a label", Set.of("name", "member", "size", "padding", "decoders"));
    var name = required(part, members, "name").text("name");
    if (!LABEL_NAME.matcher(name).matches() || (histogram && name.equals("le"))) {
      throw part.error("'" + name + "' is no name of a label" + (histogram ? " here" : ""));
    }
    var size = whole(members, "size", 1);
    var padding = whole(members, "padding", 0);
    if (size.isEmpty() && padding.isPresent()) {
      throw part.error("padding goes with a size only");
    }
    if (size.isPresent() && members.containsKey("member")) {
      throw part.error("a label has a size or is a member, not both");
    }
    return new LabelRule(
        name,
        text(members, "member", name),
        size,
        padding.orElse(0),
        decoders(members.get("decoders")),
        part.place());
  }

  /// A number that is not below `least`; nothing where it is not given.
  private static OptionalInt whole(Map<String, YamlPart> members, String key, int least) {
    var part = members.get(key);
    if (part == null) {
      return OptionalInt.empty();
    }
    var number = part.integer(key);
    if (number < least) {
      throw part.error(key + " is to be at least " + least);
    }
    return OptionalInt.of(number);
  }

  private List<DecoderRule> decoders(@org.jspecify.annotations.Nullable YamlPart list) {
    if (list == null) {
      return List.of();
    }
    var decoders = new ArrayList<DecoderRule>();
    for (var part : list.items("decoders")) {
      count(part);
      var rule = decoder(part);
      if (rule.decoder().readsBytes() && !decoders.isEmpty()) {
        throw part.error("'" + rule.decoder().label() + "' reads bytes, and is to be the first");
      }
      decoders.add(rule);
    }
    return decoders;
  }

  private DecoderRule decoder(YamlPart part) {
    var members =
        part.members("a decoder", Set.of("name", "static_map", "allow_unknown", "regexps"));
    var name = required(part, members, "name");
    var decoder = constant(name, "decoder", Decoder.values(), Decoder::label);
    var words = new LinkedHashMap<String, String>();
    var map = members.get("static_map");
    if (map != null) {
      map.members("static_map").forEach((key, value) -> words.put(key, value.text("its value")));
    }
    if ((decoder == Decoder.STATIC_MAP) == words.isEmpty()) {
      throw part.error("'static_map' goes with the decoder static_map, and holds something");
    }
    var patterns = new ArrayList<Pattern>();
    var list = members.get("regexps");
    if (list != null) {
      list.items("regexps").forEach(p -> patterns.add(pattern(p)));
    }
    if ((decoder == Decoder.REGEXP) == patterns.isEmpty()) {
      throw part.error("'regexps' goes with the decoder regexp, and holds something");
    }
    var unknown = members.get("allow_unknown");
    return new DecoderRule(
        decoder, words, unknown != null && unknown.truth("allow_unknown"), patterns, part.place());
  }

  private static Pattern pattern(YamlPart part) {
    try {
      return Pattern.compile(part.text("a pattern"));
    } catch (PatternSyntaxException e) {
      throw new BpfException(
          part.place()
              + ": no pattern of RE2: "
              + e.getDescription()
              + (e.getPattern() == null ? "" : ": `" + e.getPattern() + "`"),
          e);
    }
  }

  private static <E extends Enum<E>> E constant(
      YamlPart part, String what, E[] constants, Function<E, String> label) {
    var name = part.text(what);
    return Arrays.stream(constants)
        .filter(c -> label.apply(c).equals(name))
        .findFirst()
        .orElseThrow(() ->
            part.unknown(
                what, name, Arrays.stream(constants).map(label).collect(Collectors.toSet())));
  }

  private static Buckets buckets(YamlPart metric, Map<String, YamlPart> members) {
    var type =
        constant(
            required(metric, members, "bucket_type"),
            "bucket_type",
            BucketType.values(),
            t -> t.name().toLowerCase(Locale.ROOT));
    var keys = new ArrayList<Double>();
    var list = members.get("bucket_keys");
    if (list != null) {
      list.items("bucket_keys").forEach(p -> keys.add(p.number("a bucket")));
    }
    if ((type == BucketType.FIXED) == keys.isEmpty()) {
      throw metric.error("bucket_keys goes with the bucket_type fixed, and holds something");
    }
    var min = whole(members, "bucket_min", 0);
    var max = whole(members, "bucket_max", 0);
    if (type == BucketType.FIXED && (min.isPresent() || max.isPresent())) {
      throw metric.error("bucket_min and bucket_max do not go with the bucket_type fixed");
    }
    var factor = members.get("bucket_multiplier");
    var multiplier = factor == null ? 1 : factor.number("bucket_multiplier");
    if (!(multiplier > 0 && Double.isFinite(multiplier))) {
      throw metric.error("bucket_multiplier is to be above zero");
    }
    return new Buckets(type, min, max, keys, multiplier, text(members, "sum", ""));
  }
}
