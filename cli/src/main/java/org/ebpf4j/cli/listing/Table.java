package org.ebpf4j.cli.listing;

import java.io.PrintWriter;
import java.util.List;
import org.ebpf4j.cli.listing.View.Use;

/// Rows of text under one another, no wider than a terminal where that can be had by cutting.
///
/// @param uses what the columns are
/// @param width how many characters a line may have
record Table(List<Use> uses, int width) {
  private static final String GAP = "  ";

  /// What stands for text that was cut off.
  private static final String CUT = "…";

  /// A column is not cut to less.
  private static final int LEAST = 8;

  void print(PrintWriter out, List<List<String>> rows) {
    var widths = widths(rows);
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        if (i > 0) {
          line.append(GAP);
        }
        var text = cut(row.get(i), widths[i]);
        var blank = " ".repeat(widths[i] - length(text));
        if (uses.get(i) == Use.NUMBER) {
          line.append(blank).append(text);
        } else {
          line.append(text).append(blank);
        }
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private int[] widths(List<List<String>> rows) {
    var widths = new int[uses.size()];
    for (var row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], length(row.get(i)));
      }
    }
    long over = (long) GAP.length() * (widths.length - 1) - width;
    for (var one : widths) {
      over += one;
    }
    // The widest loses first.
    while (over > 0) {
      var widest = -1;
      for (int i = 0; i < widths.length; i++) {
        if (uses.get(i) != Use.WHOLE
            && uses.get(i) != Use.NUMBER
            && widths[i] > LEAST
            && (widest < 0 || widths[i] > widths[widest])) {
          widest = i;
        }
      }
      if (widest < 0) {
        break;
      }
      widths[widest]--;
      over--;
    }
    return widths;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String cut(String text, int width) {
    return length(text) <= width
        ? text
        : text.substring(0, text.offsetByCodePoints(0, width - 1)) + CUT;
  }
}
