package org.ebpf4j.attach;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ebpf4j.error.NearestNames;

/// What an event of the perf subsystem counts. It is written as `perf` writes it: `cpu-clock`,
/// `L1-dcache-load-misses`, `r1a2`, `mem:0x7f001000/8:w`. It never changes, and any thread may use
/// it.
public sealed interface PerfSource {
  /// How `perf` writes it.
  String label();

  /// What can be counted: the software clocks and counters that every kernel has, and the usual
  /// hardware ones. A [PerfEvent.Counter] by itself.
  ///
  /// @param counter which
  record Usual(PerfEvent.Counter counter) implements PerfSource {
    @Override
    public String label() {
      return counter.label();
    }
  }

  /// What a cache of the CPU does (`enum perf_hw_cache_id` and what follows it).
  ///
  /// @param cache which
  /// @param operation for what it is asked
  /// @param misses whether only what it has not is counted
  record Cache(Unit cache, Operation operation, boolean misses) implements PerfSource {
    /// The caches and what is like one.
    public enum Unit {
      L1_DCACHE(0, "L1-dcache"),
      L1_ICACHE(1, "L1-icache"),
      LLC(2, "LLC"),
      DTLB(3, "dTLB"),
      ITLB(4, "iTLB"),
      BRANCH(5, "branch"),
      NODE(6, "node");

      private final int number;
      private final String label;

      Unit(int number, String label) {
        this.number = number;
        this.label = label;
      }
    }

    /// What a cache is asked for.
    public enum Operation {
      LOAD(0),
      STORE(1),
      PREFETCH(2);

      private final int number;

      Operation(int number) {
        this.number = number;
      }

      private String label() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    /// `perf_event_attr.config`.
    public long config() {
      return cache.number | (long) operation.number << 8 | (misses ? 1L : 0) << 16;
    }

    @Override
    public String label() {
      var plural = operation == Operation.PREFETCH ? "es" : "s";
      return cache.label + "-" + operation.label() + (misses ? "-misses" : plural);
    }
  }

  /// An event of this CPU model, by the number in its manual.
  ///
  /// @param config `perf_event_attr.config` of type raw: unit mask and event, as the model has them
  record Raw(long config) implements PerfSource {
    @Override
    public String label() {
      return "r" + Long.toHexString(config);
    }
  }

  /// Accesses to an address, which the debug registers of the CPU watch.
  ///
  /// @param address the address, in the kernel or in the process that the event is for
  /// @param length how many bytes: 1, 2, 4 or 8
  /// @param access what is watched for
  record Breakpoint(long address, int length, Access access) implements PerfSource {
    /// Kinds of accesses.
    public enum Access {
      READ("r", 1),
      WRITE("w", 2),
      READ_WRITE("rw", 3),
      EXECUTE("x", 4);

      private final String label;
      private final int number;

      Access(String label, int number) {
        this.label = label;
        this.number = number;
      }

      /// The number that the kernel knows it by (`HW_BREAKPOINT_*`).
      public int number() {
        return number;
      }
    }

    /// @throws IllegalArgumentException for another length
    public Breakpoint {
      if (length != 1 && length != 2 && length != 4 && length != 8) {
        throw new IllegalArgumentException(
            "a breakpoint watches 1, 2, 4 or 8 bytes, not " + length);
      }
    }

    @Override
    public String label() {
      return "mem:0x" + Long.toHexString(address) + "/" + length + ":" + access.label;
    }
  }

  /// Events that somebody opened already with `perf_event_open`, whatever they count. Their rate,
  /// CPU and process were said then.
  ///
  /// @param descriptors the events; they stay their owner's
  record Opened(List<? extends Handle> descriptors) implements PerfSource {
    public Opened {
      descriptors = List.copyOf(descriptors);
    }

    @Override
    public String label() {
      return String.join("+", descriptors.stream().map(Handle::name).toList());
    }
  }

  /// Reads what `perf` writes.
  ///
  /// @throws IllegalArgumentException where it is not known; offers the nearest names
  static PerfSource parse(String label) {
    if (label.startsWith("mem:")) {
      return breakpoint(label);
    }
    if (label.matches("r[0-9a-fA-F]{1,16}")) {
      return new Raw(Long.parseUnsignedLong(label.substring(1), 16));
    }
    for (var counter : PerfEvent.Counter.values()) {
      if (counter.label().equals(label)) {
        return new Usual(counter);
      }
    }
    for (var cache : caches()) {
      if (cache.label().equals(label)) {
        return cache;
      }
    }
    throw unknown(label);
  }

  private static List<Cache> caches() {
    var all = new ArrayList<Cache>();
    for (var unit : Cache.Unit.values()) {
      for (var access : Cache.Operation.values()) {
        all.add(new Cache(unit, access, false));
        all.add(new Cache(unit, access, true));
      }
    }
    return all;
  }

  private static IllegalArgumentException unknown(String label) {
    if (label.indexOf(':') > 0) {
      return new IllegalArgumentException(
          "no perf counter '"
              + label
              + "'; the kernel runs tracepoint programs on tracepoints, as in tracepoint:"
              + label.replace(':', '/'));
    }
    var names = new ArrayList<String>();
    Arrays.stream(PerfEvent.Counter.values()).forEach(c -> names.add(c.label()));
    var usual = String.join(", ", names);
    caches().forEach(c -> names.add(c.label()));
    return new IllegalArgumentException(
        "no perf counter '"
            + label
            + "'; there are "
            + usual
            + "; those of caches, such as L1-dcache-load-misses; rHEX, an event of the CPU model;"
            + " and mem:ADDRESS[/LENGTH][:r|w|rw|x], a breakpoint"
            + NearestNames.didYouMean(label, names));
  }

  /// Reads `mem:ADDRESS[/LENGTH][:ACCESS]`.
  private static Breakpoint breakpoint(String label) {
    var rest = label.substring("mem:".length());
    var colon = rest.indexOf(':');
    var access = colon < 0 ? "rw" : rest.substring(colon + 1);
    var place = colon < 0 ? rest : rest.substring(0, colon);
    var slash = place.indexOf('/');
    try {
      var address = address(slash < 0 ? place : place.substring(0, slash));
      var length =
          slash >= 0
              ? Integer.parseInt(place.substring(slash + 1))
              : access.equals("x") ? Long.BYTES : 4;
      for (var each : Breakpoint.Access.values()) {
        if (each.label.equals(access)) {
          return new Breakpoint(address, length, each);
        }
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "a breakpoint is mem:ADDRESS[/LENGTH][:r|w|rw|x], as in mem:0x7f001000/8:w; not '"
            + label
            + "'");
  }

  private static long address(String text) {
    return text.startsWith("0x")
        ? Long.parseUnsignedLong(text.substring(2), 16)
        : Long.parseUnsignedLong(text);
  }
}
