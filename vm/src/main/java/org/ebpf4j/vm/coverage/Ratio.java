package org.ebpf4j.vm.coverage;

import java.util.Locale;

/// How many of something were covered. A value.
///
/// @param covered how many were
/// @param total how many there are
public record Ratio(int covered, int total) {
  /// None of none.
  public static final Ratio NONE = new Ratio(0, 0);

  /// @throws IllegalArgumentException where more are covered than there are
  public Ratio {
    if (covered < 0 || covered > total) {
      throw new IllegalArgumentException(covered + " of " + total);
    }
  }

  /// Both together.
  public Ratio plus(Ratio other) {
    return new Ratio(covered + other.covered, total + other.total);
  }

  /// How many were not.
  public int missed() {
    return total - covered;
  }

  /// In hundredths; 100 where there is nothing to cover.
  public double percent() {
    return total == 0 ? 100 : 100.0 * covered / total;
  }

  /// `3 of 4 (75.0 %)`; `none` where there is nothing to cover.
  @Override
  public String toString() {
    return total == 0
        ? "none"
        : String.format(Locale.ROOT, "%d of %d (%.1f %%)", covered, total, percent());
  }
}
