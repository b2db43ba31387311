package org.ebpf4j.cli.top;

import java.util.ArrayDeque;
import java.util.Iterator;

/// The last values of something, as a line of bars.
final class Trend {
  /// How many values are kept.
  static final int LENGTH = 60;

  private static final String BARS = "▁▂▃▄▅▆▇█";

  private final ArrayDeque<Double> values = new ArrayDeque<>();

  void add(double value) {
    values.addLast(value);
    if (values.size() > LENGTH) {
      values.removeFirst();
    }
  }

  /// Whether one of them is not 0.
  boolean isActive() {
    return values.stream().anyMatch(v -> v > 0);
  }

  /// The last values, the newest to the right, the largest of them as a full bar.
  String text(int width) {
    var shown = Math.min(width, values.size());
    var max = 0.0;
    Iterator<Double> all = values.iterator();
    for (int i = values.size() - shown; i > 0; i--) {
      all.next();
    }
    var last = new double[shown];
    for (int i = 0; i < shown; i++) {
      last[i] = all.next();
      max = Math.max(max, last[i]);
    }
    var text = new StringBuilder(" ".repeat(width - shown));
    for (var value : last) {
      var bar = max == 0 ? 0 : (int) Math.ceil(value / max * (BARS.length() - 1));
      text.append(BARS.charAt(bar));
    }
    return text.toString();
  }
}
