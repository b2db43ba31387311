package org.ebpf4j.linux.profile;

import java.util.ArrayList;
import java.util.Set;
import java.util.function.Supplier;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.spi.Closing;

/// What came of running a program by itself.
///
/// @param result what came of the run
/// @param profile what the machine counted meanwhile, in all repeats; every one is measured
public record ProfiledRun(RunResult result, ProgramProfile profile) {
  /// Has counters count the thread at hand while it runs a program.
  ///
  /// @param program the name of the program, for messages
  /// @param input what it is run on
  /// @param run runs it on that, in this thread
  public static ProfiledRun of(
      String program, RunInput input, Supplier<RunResult> run, Set<Counter> wanted) {
    var counters = PerfCounters.list(wanted);
    if (input.cpu().isPresent()) {
      throw new IllegalArgumentException("a profile is that of this thread, on whatever CPU it is");
    }
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a profile wants a platform thread");
    }
    var what = "profiling program '" + program + "'";
    var events = new ArrayList<Fd>();
    try {
      for (var counter : counters) {
        events.add(PerfCounters.ofThread(what, counter));
      }
      for (var event : events) {
        PerfCounters.check(what, "PERF_EVENT_IOC_ENABLE", Perf.enable(event.number()));
      }
      var result = run.get();
      for (var event : events) {
        PerfCounters.check(what, "PERF_EVENT_IOC_DISABLE", Perf.disable(event.number()));
      }
      var counts = new ArrayList<Perf.Count>();
      for (int i = 0; i < counters.size(); i++) {
        counts.add(read(what, counters.get(i), events.get(i)));
      }
      return new ProfiledRun(result, PerfCounters.profile(input.repeat(), 0, counters, counts));
    } finally {
      Closing.all(events);
    }
  }

  private static Perf.Count read(String what, Counter counter, Fd event) {
    return Perf.count(event.number())
        .filter(c -> c.running() > 0)
        .orElseThrow(() ->
            new BpfException(
                what + ": " + counter.label() + " was not counted: others use the counters"));
  }
}
