package org.ebpf4j.linux;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Perf;

/// What the machine counted while a program was run by itself.
///
/// @param result what came of the run
/// @param runs how often it was run
/// @param counts what each counter came to, for all runs
/// @param estimated the counters that counted only a part of the time, as the machine has too few
///   of them: what they came to is put in proportion
public record ProgramProfile(
    RunResult result, long runs, Map<Counter, Long> counts, Set<Counter> estimated) {
  /// Copies what can change.
  public ProgramProfile {
    counts = Collections.unmodifiableMap(new EnumMap<>(counts));
    estimated = Set.copyOf(estimated);
  }

  /// What a counter came to for one run, on average.
  ///
  /// @throws IllegalArgumentException for one that was not asked for
  public double perRun(Counter counter) {
    var count = counts.get(counter);
    if (count == null) {
      throw new IllegalArgumentException(counter.label() + " was not counted");
    }
    return (double) count / runs;
  }

  static ProgramProfile of(LinuxProgram program, RunInput input, Set<Counter> wanted) {
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("a profile of nothing");
    }
    if (input.cpu().isPresent()) {
      throw new IllegalArgumentException("a profile is that of this thread, on whatever CPU it is");
    }
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a profile wants a platform thread");
    }
    var what = "profiling program '" + program.name() + "'";
    var counters = List.copyOf(EnumSet.copyOf(wanted));
    var events = new ArrayList<Fd>();
    try {
      for (var counter : counters) {
        events.add(open(what, counter));
      }
      for (var event : events) {
        check(what, "PERF_EVENT_IOC_ENABLE", Perf.enable(event.number()));
      }
      var result = program.run(input);
      for (var event : events) {
        check(what, "PERF_EVENT_IOC_DISABLE", Perf.disable(event.number()));
      }
      return read(what, result, input.repeat(), counters, events);
    } finally {
      Closing.all(events);
    }
  }

  private static Fd open(String what, Counter counter) {
    var opened = Perf.openKernelCounter(counter.type(), counter.config());
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

  private static ProgramProfile read(
      String what, RunResult result, int runs, List<Counter> counters, List<Fd> events) {
    var counts = new EnumMap<Counter, Long>(Counter.class);
    var estimated = EnumSet.noneOf(Counter.class);
    for (int i = 0; i < counters.size(); i++) {
      var counter = counters.get(i);
      var count =
          Perf.count(events.get(i).number())
              .filter(c -> c.running() > 0)
              .orElseThrow(() ->
                  new BpfException(
                      what + ": " + counter.label() + " was not counted: others use the counters"));
      var value = count.value();
      if (count.running() < count.enabled()) {
        estimated.add(counter);
        value = (long) ((double) value * count.enabled() / count.running());
      }
      counts.put(counter, value);
    }
    return new ProgramProfile(result, runs, counts, estimated);
  }

  private static void check(String what, String command, int errno) {
    if (errno != 0) {
      throw KernelException.of(what, command, errno);
    }
  }
}
