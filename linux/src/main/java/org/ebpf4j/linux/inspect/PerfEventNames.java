package org.ebpf4j.linux.inspect;

import java.util.List;

/// The names of counters of the perf subsystem (`include/uapi/linux/perf_event.h`), as `perf list`
/// has them.
final class PerfEventNames {
  private static final List<String> TYPES =
      List.of("hardware", "software", "tracepoint", "hw-cache", "raw", "breakpoint");

  private static final List<String> HARDWARE =
      List.of(
          "cpu-cycles",
          "instructions",
          "cache-references",
          "cache-misses",
          "branch-instructions",
          "branch-misses",
          "bus-cycles",
          "stalled-cycles-frontend",
          "stalled-cycles-backend",
          "ref-cycles");

  private static final List<String> SOFTWARE =
      List.of(
          "cpu-clock",
          "task-clock",
          "page-faults",
          "context-switches",
          "cpu-migrations",
          "minor-faults",
          "major-faults",
          "alignment-faults",
          "emulation-faults",
          "dummy",
          "bpf-output",
          "cgroup-switches");

  private static final List<String> CACHES =
      List.of("L1-dcache", "L1-icache", "LLC", "dTLB", "iTLB", "branch", "node");
  private static final List<String> ACCESSES = List.of("load", "store", "prefetch");
  private static final List<String> RESULTS = List.of("refs", "misses");

  private PerfEventNames() {}

  /// Empty for one that is not of the first.
  static String type(int type) {
    return type >= 0 && type < TYPES.size() ? TYPES.get(type) : "";
  }

  static String config(int type, long config) {
    return switch (type) {
      case 0 -> name(HARDWARE, config);
      case 1 -> name(SOFTWARE, config);
      case 3 ->
          name(CACHES, config & 0xff)
              + "-"
              + name(ACCESSES, config >>> 8 & 0xff)
              + "-"
              + name(RESULTS, config >>> 16);
      default -> Long.toUnsignedString(config);
    };
  }

  private static String name(List<String> names, long number) {
    return number >= 0 && number < names.size()
        ? names.get((int) number)
        : Long.toUnsignedString(number);
  }
}
