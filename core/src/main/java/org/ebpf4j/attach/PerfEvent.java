package org.ebpf4j.attach;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// A counter of the perf subsystem that overflows at a rate: the program runs at each overflow, on
/// every CPU that is online.
///
/// @param counter what is counted
/// @param rate how often: so many times a second where `byFrequency`, else once in so many counts
/// @param byFrequency whether the rate is a frequency in hertz
public record PerfEvent(Counter counter, long rate, boolean byFrequency) implements AttachPoint {

  /// What can be counted: the software clocks and counters that every kernel has, and the usual
  /// hardware ones (`include/uapi/linux/perf_event.h`).
  public enum Counter {
    CPU_CYCLES(0, 0),
    INSTRUCTIONS(0, 1),
    CACHE_REFERENCES(0, 2),
    CACHE_MISSES(0, 3),
    BRANCH_INSTRUCTIONS(0, 4),
    BRANCH_MISSES(0, 5),
    CPU_CLOCK(1, 0),
    TASK_CLOCK(1, 1),
    PAGE_FAULTS(1, 2),
    CONTEXT_SWITCHES(1, 3),
    CPU_MIGRATIONS(1, 4),
    PAGE_FAULTS_MIN(1, 5),
    PAGE_FAULTS_MAJ(1, 6);

    private final int type;
    private final long config;

    Counter(int type, long config) {
      this.type = type;
      this.config = config;
    }

    /// `perf_event_attr.type`: 0 for hardware, 1 for software.
    public int type() {
      return type;
    }

    /// `perf_event_attr.config`.
    public long config() {
      return config;
    }

    /// The name that `perf` gives it, such as `cpu-clock`.
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The counter with that label.
    ///
    /// @throws IllegalArgumentException where there is none; lists them
    public static Counter parse(String label) {
      for (var counter : values()) {
        if (counter.label().equals(label)) {
          return counter;
        }
      }
      throw new IllegalArgumentException(
          "no perf counter '"
              + label
              + "'; there are "
              + Arrays.stream(values()).map(Counter::label).collect(Collectors.joining(", ")));
    }
  }

  /// @throws IllegalArgumentException for a rate below one
  public PerfEvent {
    if (rate < 1) {
      throw new IllegalArgumentException(
          "a perf event needs a frequency or a period of at least 1, not " + rate);
    }
  }

  /// So many samples a second on each CPU.
  public static PerfEvent frequency(Counter counter, long hertz) {
    return new PerfEvent(counter, hertz, true);
  }

  /// One sample for so many counts.
  public static PerfEvent period(Counter counter, long counts) {
    return new PerfEvent(counter, counts, false);
  }

  /// So often in a second that it does not disturb, and not in step with what happens at full ones.
  private static final long USUAL_HERTZ = 99;

  /// Reads a counter and how often.
  ///
  /// @param options `freq` or `period`, or none for 99 times a second
  /// @throws IllegalArgumentException where the counter is not known or the rate is no number
  public static PerfEvent parse(String counter, PlaceOptions options) {
    var kind = Counter.parse(counter);
    options.oneOf("freq", "period");
    return options.has("period")
        ? period(kind, options.number("period", 0))
        : frequency(kind, options.number("freq", USUAL_HERTZ));
  }

  @Override
  public String kind() {
    return "perf_event";
  }

  @Override
  public String place() {
    return counter.label() + "," + (byFrequency ? "freq=" : "period=") + rate;
  }

  @Override
  public String describe() {
    return "perf_event " + counter.label() + (byFrequency ? ", freq=" : ", period=") + rate;
  }
}
