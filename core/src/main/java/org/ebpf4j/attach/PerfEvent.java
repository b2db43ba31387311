package org.ebpf4j.attach;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// An event of the perf subsystem that overflows at a rate: the program runs at each overflow, on
/// every CPU that is online, or where `cpu` and `pid` say.
///
/// @param source what is counted
/// @param rate how often: so many times a second where `byFrequency`, else once in so many counts
/// @param byFrequency whether the rate is a frequency in hertz
/// @param cpu the CPU, or [#ALL]
/// @param pid the process whose threads are counted, those that it starts later too, or [#ALL]
/// @param cookie what `bpf_get_attach_cookie` gives the program (since 5.15); 0 for none
public record PerfEvent(
    PerfSource source, long rate, boolean byFrequency, int cpu, int pid, long cookie)
    implements AttachPoint {
  /// Every CPU, or every process.
  public static final int ALL = -1;

  static final List<HookOption> OPTIONS =
      List.of(
          HookOption.value("freq", "HZ", "so many times a second"),
          HookOption.value("period", "N", "once in so many counts"),
          HookOption.value("cpu", "N", "on that CPU alone"),
          HookOption.value("pid", "N", "in the threads of that process alone"),
          HookOption.cookie());

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

  /// @throws IllegalArgumentException for a rate below one, or a CPU or process that cannot be
  public PerfEvent {
    if (rate < 1) {
      throw new IllegalArgumentException(
          "a perf event needs a frequency or a period of at least 1, not " + rate);
    }
    if (cpu < ALL) {
      throw new IllegalArgumentException("there is no CPU " + cpu);
    }
    if (pid < ALL || pid == 0) {
      throw new IllegalArgumentException("there is no process " + pid);
    }
  }

  /// So many samples a second.
  public static PerfEvent frequency(PerfSource source, long hertz) {
    return new PerfEvent(source, hertz, true, ALL, ALL, 0);
  }

  /// So many samples a second.
  public static PerfEvent frequency(Counter counter, long hertz) {
    return frequency(new PerfSource.Usual(counter), hertz);
  }

  /// One sample for so many counts.
  public static PerfEvent period(PerfSource source, long counts) {
    return new PerfEvent(source, counts, false, ALL, ALL, 0);
  }

  /// One sample for so many counts.
  public static PerfEvent period(Counter counter, long counts) {
    return period(new PerfSource.Usual(counter), counts);
  }

  /// Events that the caller opened, with whatever rate they have.
  public static PerfEvent opened(Handle... descriptors) {
    return period(new PerfSource.Opened(List.of(descriptors)), 1);
  }

  /// The same on one CPU.
  public PerfEvent onCpu(int number) {
    return new PerfEvent(source, rate, byFrequency, number, pid, cookie);
  }

  /// The same in the threads of one process.
  public PerfEvent inProcess(int id) {
    return new PerfEvent(source, rate, byFrequency, cpu, id, cookie);
  }

  /// The same with another cookie.
  public PerfEvent withCookie(long number) {
    return new PerfEvent(source, rate, byFrequency, cpu, pid, number);
  }

  /// So often in a second that it does not disturb, and not in step with what happens at full ones.
  private static final long USUAL_HERTZ = 99;

  /// Reads what is counted, and how often.
  ///
  /// @param options `freq` or `period`, or none for 99 times a second and for each hit of a
  ///   breakpoint; `cpu`, `pid`, `cookie`
  /// @throws IllegalArgumentException where the counter is not known or the rate is no number
  public static PerfEvent parse(String counter, PlaceOptions options) {
    var source = PerfSource.parse(counter);
    options.oneOf("freq", "period");
    var byPeriod =
        options.has("period") || (source instanceof PerfSource.Breakpoint && !options.has("freq"));
    return new PerfEvent(
        source,
        byPeriod ? options.number("period", 1) : options.number("freq", USUAL_HERTZ),
        !byPeriod,
        options.id("cpu", ALL),
        options.id("pid", ALL),
        options.number("cookie", 0));
  }

  @Override
  public String kind() {
    return "perf_event";
  }

  @Override
  public String place() {
    return source.label()
        + (byFrequency ? ",freq=" : ",period=")
        + rate
        + (cpu == ALL ? "" : ",cpu=" + cpu)
        + (pid == ALL ? "" : ",pid=" + pid)
        + PlaceText.value("cookie", cookie);
  }

  @Override
  public String describe() {
    return "perf_event " + place().replace(",", ", ");
  }
}
