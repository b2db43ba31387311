package org.ebpf4j.cli.export;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.ebpf4j.cli.export.Decoder.Takes;
import org.ebpf4j.cli.export.MetricsConfig.DecoderRule;
import org.ebpf4j.cli.export.MetricsConfig.LabelRule;
import org.ebpf4j.cli.input.YamlPart;
import org.ebpf4j.error.BpfException;
import org.jspecify.annotations.Nullable;

/// Reads what makes labels of keys and events from a YAML file, and bounds how much that is.
final class LabelReader {
  /// Two underscores at the start are Prometheus' own.
  private static final Pattern LABEL_NAME =
      Pattern.compile("[a-zA-Z][a-zA-Z0-9_]*|_([a-zA-Z0-9][a-zA-Z0-9_]*)?");

  static final Set<String> LABEL_KEYS = Set.of("name", "member", "size", "padding", "decoders");
  static final Set<String> DECODER_KEYS = Set.of("name", "static_map", "allow_unknown", "regexps");

  /// An alias may stand for much, many times.
  private static final int MAX_RULES = 10_000;

  /// More than any key has, and few enough that sums do not overflow.
  private static final int MAX_SIZE = 1 << 20;

  /// What the labels are for.
  enum Use {
    METRIC,
    HISTOGRAM,
    /// Events, which have no type: all labels have sizes.
    EVENTS,
    /// The same; names are those of attributes.
    SPAN
  }

  private int rules;

  /// Counts one thing more.
  ///
  /// @throws BpfException where there are too many
  void count(YamlPart part) {
    if (++rules > MAX_RULES) {
      throw part.error("more than " + MAX_RULES + " metrics, labels and decoders");
    }
  }

  List<LabelRule> labels(@Nullable YamlPart list, Use use) {
    if (list == null) {
      return List.of();
    }
    var labels = new ArrayList<LabelRule>();
    var sized = 0;
    for (var part : list.items("labels")) {
      var label = label(part, use);
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

  private LabelRule label(YamlPart part, Use use) {
    count(part);
    var members = part.members("a label", LABEL_KEYS);
    var name = part.required(members, "name").text("name");
    checkName(part, name, use);
    var size = YamlPart.whole(members, "size", 1, MAX_SIZE);
    var padding = YamlPart.whole(members, "padding", 0, MAX_SIZE);
    if (size.isEmpty() && padding.isPresent()) {
      throw part.error("padding goes with a size only");
    }
    if (size.isPresent() && members.containsKey("member")) {
      throw part.error("a label has a size or is a member, not both");
    }
    if (size.isEmpty() && (use == Use.EVENTS || use == Use.SPAN)) {
      throw part.error("'size' is missing: how many bytes of the event label '" + name + "' is");
    }
    return new LabelRule(
        name,
        YamlPart.text(members, "member", name),
        size,
        padding.orElse(0),
        decoders(members.get("decoders")),
        part.place());
  }

  private static void checkName(YamlPart part, String name, Use use) {
    var good =
        switch (use) {
          case METRIC, EVENTS -> LABEL_NAME.matcher(name).matches();
          case HISTOGRAM -> LABEL_NAME.matcher(name).matches() && !name.equals("le");
          case SPAN -> !name.isBlank();
        };
    if (!good) {
      throw part.error(
          "'" + name + "' is no name of a label" + (use == Use.HISTOGRAM ? " here" : ""));
    }
  }

  private List<DecoderRule> decoders(@Nullable YamlPart list) {
    if (list == null) {
      return List.of();
    }
    var decoders = new ArrayList<DecoderRule>();
    for (var part : list.items("decoders")) {
      count(part);
      var rule = decoder(part);
      if (rule.decoder().takes() == Takes.BYTES && !decoders.isEmpty()) {
        throw part.error("'" + rule.decoder().label() + "' reads bytes, and is to be the first");
      }
      decoders.add(rule);
    }
    return decoders;
  }

  private DecoderRule decoder(YamlPart part) {
    var members = part.members("a decoder", DECODER_KEYS);
    var name = part.required(members, "name");
    var decoder = name.constant("decoder", Decoder.values(), Decoder::label);
    var words = new LinkedHashMap<String, String>();
    var map = members.get("static_map");
    if (map != null) {
      map.members("static_map").forEach((key, value) -> words.put(key, value.text("its value")));
    }
    if ((decoder == Decoder.STATIC_MAP) == words.isEmpty()) {
      throw part.error("'static_map' goes with the decoder static_map, and holds something");
    }
    var patterns = patterns(members.get("regexps"));
    if ((decoder == Decoder.REGEXP) == patterns.isEmpty()) {
      throw part.error("'regexps' goes with the decoder regexp, and holds something");
    }
    var unknown = members.get("allow_unknown");
    return new DecoderRule(
        decoder, words, unknown != null && unknown.truth("allow_unknown"), patterns, part.place());
  }

  /// Patterns in RE2's syntax; none where there is no list.
  List<Pattern> patterns(@Nullable YamlPart list) {
    var patterns = new ArrayList<Pattern>();
    if (list != null) {
      for (var part : list.items("regexps")) {
        count(part);
        patterns.add(pattern(part));
      }
    }
    return patterns;
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
}
