package org.ebpf4j.cli.text;

import java.util.ArrayList;
import java.util.List;

/// Counts by powers of two, as bars.
public final class Histogram {
  private static final int BAR = 40;

  private Histogram() {}

  /// A line for each slot up to the last that counted something. Slot 0 is for 0 and 1, slot n for
  /// what is at least 2 to the power of n, and less than twice that.
  public static List<String> lines(long[] slots) {
    var last = -1;
    long most = 0;
    for (int i = 0; i < slots.length; i++) {
      if (slots[i] != 0) {
        last = i;
        most = Math.max(most, slots[i]);
      }
    }
    var lines = new ArrayList<String>();
    for (int i = 0; i <= last; i++) {
      var from = i == 0 ? 0 : 1L << i;
      var to = (1L << (i + 1)) - 1;
      var stars = (int) (slots[i] * (double) BAR / most);
      lines.add(
          "%12d -> %-12d : %-10d |%s%s|"
              .formatted(from, to, slots[i], "*".repeat(stars), " ".repeat(BAR - stars)));
    }
    return lines;
  }
}
