package org.ebpf4j.cli.text;

import java.util.ArrayList;
import java.util.List;

/// Counts by what was measured, as bars.
public final class Histogram {
  private static final int BAR = 40;

  private Histogram() {}

  /// What slots stand for. By powers of two, slot 0 is for 0 and 1, slot n for what is at least 2
  /// to the power of n, and less than twice that. By steps, slot n is for n steps and what is less
  /// than one more.
  ///
  /// @param step the width of each slot, or 0 by powers of two
  public record Scale(long step) {
    private static final int MOST_STEPS = 4096;

    /// By powers of two.
    public static final Scale LOG2 = new Scale(0);

    /// By steps of a width.
    ///
    /// @throws IllegalArgumentException where it is not positive
    public static Scale linear(long step) {
      if (step <= 0 || step > Long.MAX_VALUE / MOST_STEPS) {
        throw new IllegalArgumentException("a step of " + step);
      }
      return new Scale(step);
    }

    /// How many slots there can be.
    public int most() {
      return step == 0 ? Long.SIZE : MOST_STEPS;
    }

    private long from(int slot) {
      return step != 0 ? slot * step : slot == 0 ? 0 : 1L << slot;
    }

    private long to(int slot) {
      return step != 0 ? (slot + 1) * step - 1 : (1L << (slot + 1)) - 1;
    }
  }

  /// A line for each slot up to the last that counted something.
  public static List<String> lines(long[] slots, Scale scale) {
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
      var stars = (int) (slots[i] * (double) BAR / most);
      lines.add(
          "%12d -> %-12d : %-10d |%s%s|"
              .formatted(
                  scale.from(i),
                  scale.to(i),
                  slots[i],
                  "*".repeat(stars),
                  " ".repeat(BAR - stars)));
    }
    return lines;
  }
}
