package org.ebpf4j.linux.internal.attach;

import java.util.ArrayList;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Perf;

/// Counters of the perf subsystem: an event on each CPU.
final class PerfEventHook {
  private PerfEventHook() {}

  static Attachment counter(Attaching program, PerfEvent point) {
    var events = new ArrayList<Fd>();
    try {
      for (var cpu : Cpus.online()) {
        var opened =
            Perf.openCounter(
                point.counter().type(),
                point.counter().config(),
                point.rate(),
                point.byFrequency(),
                cpu);
        if (opened.errno() == Errno.ENODEV) {
          continue;
        }
        if (!opened.ok()) {
          throw counterRefusal(program, point, opened.errno());
        }
        events.add(opened.fd());
        program.step(
            "perf_event_open " + point.counter().label() + " on CPU " + cpu + ": " + opened.fd());
      }
    } catch (RuntimeException e) {
      events.forEach(Fd::close);
      throw e;
    }
    return EventTie.tie(program, events, 0);
  }

  private static BpfException counterRefusal(Attaching program, PerfEvent point, int errno) {
    if (errno == Errno.ENOENT || errno == Errno.EOPNOTSUPP) {
      return new UnsupportedFeatureException(
          point.counter().label(),
          null,
          program.what()
              + ": this machine does not count "
              + point.counter().label()
              + " (virtual machines often have no hardware counters; cpu-clock is always there)");
    }
    return program.refusal("perf_event_open", errno, EventTie.NEEDS);
  }
}
