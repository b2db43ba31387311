package org.ebpf4j;

import java.time.Duration;

/// How often a program has run, as far as it was counted.
///
/// @param runs how many runs
/// @param time how long they took, together
/// @param recursionMisses how often it was not run because it was running already, on the same CPU;
///   counted always, since 5.12
public record ProgramStatistics(long runs, Duration time, long recursionMisses) {
  /// What came on top of an earlier state of the same program.
  public ProgramStatistics since(ProgramStatistics before) {
    return new ProgramStatistics(
        runs - before.runs, time.minus(before.time), recursionMisses - before.recursionMisses);
  }

  /// How long one run took, on average; zero where there was none.
  public Duration timePerRun() {
    return runs == 0 ? Duration.ZERO : time.dividedBy(runs);
  }

  /// How many runs there were in each second of a time.
  ///
  /// @param elapsed the time between the two states that this is the difference of
  /// @throws IllegalArgumentException where it is not positive
  public double runsPerSecond(Duration elapsed) {
    return runs / seconds(elapsed);
  }

  /// How much of one CPU the runs took: 1.0 is all of it.
  ///
  /// @param elapsed the time between the two states that this is the difference of
  /// @throws IllegalArgumentException where it is not positive
  public double load(Duration elapsed) {
    return time.toNanos() / 1e9 / seconds(elapsed);
  }

  private static double seconds(Duration elapsed) {
    if (!elapsed.isPositive()) {
      throw new IllegalArgumentException("a rate over " + elapsed);
    }
    return elapsed.toNanos() / 1e9;
  }
}
