package org.ebpf4j.cli.export;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// A strict reader of Prometheus' text format 0.0.4, written from its specification ("Exposition
/// formats" in Prometheus' documentation). What it leaves to the reader's mercy is a mistake here:
/// families in parts, series that come twice, histograms whose buckets do not add up.
final class Exposition {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final Set<String> TYPES =
      Set.of("counter", "gauge", "histogram", "summary", "untyped");

  /// A line with a number.
  record Sample(String name, Map<String, String> labels, double value) {}

  /// Lines that belong together.
  record Family(String name, String help, String type, List<Sample> samples) {}

  private final List<Family> families = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<Object> series = new HashSet<>();
  private String text = "";
  private int at;

  private Exposition() {}

  static List<Family> parse(String text) {
    var exposition = new Exposition();
    if (!text.isEmpty() && !text.endsWith("\n")) {
      throw new IllegalArgumentException("the last line does not end");
    }
    for (int start = 0; start < text.length(); ) {
      var end = text.indexOf('\n', start);
      exposition.line(text.substring(start, end));
      start = end + 1;
    }
    exposition.families.stream()
        .filter(f -> f.type().equals("histogram"))
        .forEach(Exposition::checkHistogram);
    return exposition.families;
  }

  private IllegalArgumentException mistake(String problem) {
    return new IllegalArgumentException(problem + " at " + at + " of: " + text);
  }

  private void line(String line) {
    text = line;
    at = 0;
    if (line.startsWith("# HELP ")) {
      at = 7;
      var name = token(NAME);
      expect(' ');
      if (!names.add(name)) {
        throw mistake("a second family");
      }
      families.add(new Family(name, unescaped(line.substring(at), false), "", new ArrayList<>()));
    } else if (line.startsWith("# TYPE ")) {
      at = 7;
      var name = token(NAME);
      expect(' ');
      var last = families.getLast();
      if (!last.name().equals(name) || !last.type().isEmpty() || !last.samples().isEmpty()) {
        throw mistake("TYPE without HELP, twice, or late");
      }
      if (!TYPES.contains(line.substring(at))) {
        throw mistake("no type");
      }
      families.set(
          families.size() - 1, new Family(name, last.help(), line.substring(at), last.samples()));
    } else {
      sample();
    }
  }

  private void sample() {
    var name = token(NAME);
    var labels = new LinkedHashMap<String, String>();
    if (at < text.length() && text.charAt(at) == '{') {
      at++;
      while (text.charAt(at) != '}') {
        var label = token(LABEL);
        expect('=');
        expect('"');
        if (labels.put(label, quoted()) != null) {
          throw mistake("a label twice");
        }
        // A comma may come after the last, too.
        if (text.charAt(at) != '}') {
          expect(',');
        }
      }
      at++;
    }
    expect(' ');
    var family = families.getLast();
    var own =
        family.type().equals("histogram")
            ? name.matches(Pattern.quote(family.name()) + "_(bucket|sum|count)")
            : name.equals(family.name());
    if (!own) {
      throw mistake("a sample of another family");
    }
    if (!series.add(List.of(name, labels))) {
      throw mistake("a series twice");
    }
    family.samples().add(new Sample(name, labels, number(text.substring(at))));
  }

  private String token(Pattern pattern) {
    var match = pattern.matcher(text).region(at, text.length());
    if (!match.lookingAt()) {
      throw mistake("no " + pattern);
    }
    at = match.end();
    return match.group();
  }

  private void expect(char wanted) {
    if (at >= text.length() || text.charAt(at) != wanted) {
      throw mistake("no '" + wanted + "'");
    }
    at++;
  }

  private String quoted() {
    var end = at;
    while (text.charAt(end) != '"') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    var value = unescaped(text.substring(at, end), true);
    at = end + 1;
    return value;
  }

  private String unescaped(String escaped, boolean quotes) {
    var plain = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      var c = escaped.charAt(i);
      if (c == '\\') {
        var next = escaped.charAt(++i);
        if (next != '\\' && next != 'n' && (next != '"' || !quotes)) {
          throw mistake("no escape");
        }
        plain.append(next == 'n' ? '\n' : next);
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  private double number(String number) {
    return switch (number) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> {
        if (!number.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
          throw mistake("no number");
        }
        yield Double.parseDouble(number);
      }
    };
  }

  private static void checkHistogram(Family family) {
    var buckets = new LinkedHashMap<Map<String, String>, List<Sample>>();
    var counts = new LinkedHashMap<Map<String, String>, Double>();
    var sums = new HashSet<Map<String, String>>();
    for (var sample : family.samples()) {
      var labels = new LinkedHashMap<>(sample.labels());
      var bound = labels.remove("le");
      if (sample.name().endsWith("_bucket")) {
        if (bound == null) {
          throw new IllegalArgumentException(sample + " has no bound");
        }
        buckets.computeIfAbsent(labels, _ -> new ArrayList<>()).add(sample);
      } else if (sample.name().endsWith("_count")) {
        counts.put(labels, sample.value());
      } else {
        sums.add(labels);
      }
    }
    if (!buckets.keySet().equals(counts.keySet()) || !counts.keySet().equals(sums)) {
      throw new IllegalArgumentException(family.name() + " has not all of each histogram");
    }
    buckets.forEach((labels, of) -> {
      var bound = Double.NEGATIVE_INFINITY;
      var count = 0.0;
      for (var bucket : of) {
        var next = new Exposition().number(String.valueOf(bucket.labels().get("le")));
        if (!(next > bound) || bucket.value() < count) {
          throw new IllegalArgumentException(bucket + " does not ascend");
        }
        bound = next;
        count = bucket.value();
      }
      if (bound != Double.POSITIVE_INFINITY || count != counts.getOrDefault(labels, -1.0)) {
        throw new IllegalArgumentException(family.name() + labels + " does not add up");
      }
    });
  }
}
