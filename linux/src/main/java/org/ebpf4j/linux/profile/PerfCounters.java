package org.ebpf4j.linux.profile;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.linux.internal.sys.Result;

/// Opens the counters that a profile is made with, and makes a profile of what they came to.
final class PerfCounters {
  private PerfCounters() {}

  /// The counters, each once, in the order of their declaration.
  ///
  /// @throws IllegalArgumentException for none
  static List<Counter> list(Set<Counter> wanted) {
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("a profile of nothing");
    }
    return List.copyOf(EnumSet.copyOf(wanted));
  }

  /// A counter of what this thread does in the kernel. It does not count yet.
  static Fd ofThread(String what, Counter counter) {
    return opened(what, counter, Perf.openKernelCounter(counter.type(), counter.config()));
  }

  /// A counter of what one CPU does in the kernel, which does not count yet; empty where the CPU is
  /// not running any more.
  static Optional<Fd> ofCpu(String what, Counter counter, int cpu) {
    var result = Perf.openKernelCounter(counter.type(), counter.config(), cpu);
    return result.errno() == Errno.ENODEV
        ? Optional.empty()
        : Optional.of(opened(what, counter, result));
  }

  private static Fd opened(String what, Counter counter, Result opened) {
    return switch (opened.errno()) {
      case 0 -> opened.fd();
      case Errno.ENOENT, Errno.EOPNOTSUPP ->
          throw new UnsupportedFeatureException(
              counter.label(),
              null,
              what
                  + ": this machine does not count "
                  + counter.label()
                  + " (virtual machines often have no hardware counters; task-clock is always there)");
      default ->
          throw Refusal.of(
              what, "perf_event_open", opened.errno(), EnumSet.of(Capability.CAP_PERFMON));
    };
  }

  /// @param counts what each of `counters` came to; one that never ran while it was wanted is left
  ///   out of the profile
  static ProgramProfile profile(
      long runs, long unmeasured, List<Counter> counters, List<Perf.Count> counts) {
    var values = new EnumMap<Counter, Long>(Counter.class);
    var estimated = EnumSet.noneOf(Counter.class);
    for (int i = 0; i < counters.size(); i++) {
      var count = counts.get(i);
      if (count.running() == count.enabled()) {
        values.put(counters.get(i), count.value());
      } else if (count.running() > 0) {
        estimated.add(counters.get(i));
        values.put(
            counters.get(i), (long) ((double) count.value() * count.enabled() / count.running()));
      }
    }
    return new ProgramProfile(runs, unmeasured, values, estimated);
  }

  static void check(String what, String command, int errno) {
    if (errno != 0) {
      throw KernelException.of(what, command, errno);
    }
  }
}
