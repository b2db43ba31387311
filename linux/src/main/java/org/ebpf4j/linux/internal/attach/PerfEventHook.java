package org.ebpf4j.linux.internal.attach;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.PerfSource;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.host.PerfLimits;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.linux.internal.sys.Result;

/// Events of the perf subsystem: one on each CPU, on one of them, or for each thread of a process;
/// or those that the caller opened.
final class PerfEventHook {
  private static final int HARDWARE_CACHE = 3;
  private static final int RAW = 4;

  private PerfEventHook() {}

  static Attachment attach(Attaching program, PerfEvent point) {
    if (point.source() instanceof PerfSource.Opened opened) {
      return given(program, point, opened);
    }
    var events = new ArrayList<Fd>();
    try {
      if (point.pid() == PerfEvent.ALL) {
        onCpus(program, point, events);
      } else {
        inThreads(program, point, events);
      }
    } catch (RuntimeException | Error e) {
      events.forEach(Fd::close);
      throw e;
    }
    return EventTie.tie(program, events, point.cookie());
  }

  /// Events that somebody else opened; they outlive the attachment.
  private static Attachment given(Attaching program, PerfEvent point, PerfSource.Opened opened) {
    var events = new ArrayList<Fd>();
    try {
      for (var each : opened.descriptors()) {
        events.add(Fd.duplicate(program.descriptor(each)));
      }
    } catch (RuntimeException | Error e) {
      events.forEach(Fd::close);
      throw e;
    }
    return EventTie.tie(program, events, point.cookie());
  }

  private static void onCpus(Attaching program, PerfEvent point, List<Fd> events) {
    var cpus = point.cpu() == PerfEvent.ALL ? Cpus.online() : List.of(point.cpu());
    for (var cpu : cpus) {
      var opened = open(point, PerfEvent.ALL, cpu);
      // It went offline just now.
      if (opened.errno() == Errno.ENODEV && point.cpu() == PerfEvent.ALL) {
        continue;
      }
      take(program, point, opened, " on CPU " + cpu, events);
    }
  }

  private static void inThreads(Attaching program, PerfEvent point, List<Fd> events) {
    for (var thread : threads(point.pid())) {
      var opened = open(point, thread, point.cpu());
      // It ended just now.
      if (opened.errno() != Errno.ESRCH) {
        take(program, point, opened, " of thread " + thread, events);
      }
    }
    if (events.isEmpty()) {
      throw NotFoundException.ofPath(
          program.what()
              + ": there is no process "
              + point.pid()
              + "\n  try: pid=N of one that ps lists, or all processes, without pid=",
          "/proc/" + point.pid());
    }
  }

  private static List<Integer> threads(int pid) {
    var names = new File("/proc/" + pid + "/task").list();
    return names == null ? List.of() : Stream.of(names).map(Integer::valueOf).sorted().toList();
  }

  private static void take(
      Attaching program, PerfEvent point, Result opened, String where, List<Fd> events) {
    if (!opened.ok()) {
      throw refusal(program, point, opened.errno());
    }
    events.add(opened.fd());
    program.step("perf_event_open " + point.source().label() + where + ": " + opened.fd());
  }

  private static Result open(PerfEvent point, int thread, int cpu) {
    var rate = point.rate();
    var byFrequency = point.byFrequency();
    return switch (point.source()) {
      case PerfSource.Usual(var counter) ->
          Perf.openSampling(counter.type(), counter.config(), rate, byFrequency, thread, cpu);
      case PerfSource.Cache cache ->
          Perf.openSampling(HARDWARE_CACHE, cache.config(), rate, byFrequency, thread, cpu);
      case PerfSource.Raw(var config) ->
          Perf.openSampling(RAW, config, rate, byFrequency, thread, cpu);
      case PerfSource.Breakpoint(var address, var length, var access) ->
          Perf.openBreakpoint(access.number(), address, length, rate, byFrequency, thread, cpu);
      case PerfSource.Opened _ -> throw new IllegalStateException("it is open already");
    };
  }

  private static BpfException refusal(Attaching program, PerfEvent point, int errno) {
    var label = point.source().label();
    var online = Cpus.online();
    if (point.cpu() != PerfEvent.ALL && !online.contains(point.cpu())) {
      return new NotFoundException(
          "CPU", Integer.toString(point.cpu()), online.stream().map(c -> "" + c).toList());
    }
    if (errno == Errno.ENOENT || errno == Errno.EOPNOTSUPP || errno == Errno.ENODEV) {
      return new UnsupportedFeatureException(
          label,
          null,
          program.what()
              + ": this machine does not count "
              + label
              + "; virtual machines often have no hardware counters\n  try: cpu-clock, which is always there");
    }
    var reason = reason(point, errno);
    return reason.isEmpty()
        ? EventTie.refusedEvent(program, errno)
        : new KernelException(
            "perf_event_open",
            errno,
            program.what()
                + ": perf_event_open "
                + label
                + ": "
                + Errno.describe(errno)
                + ": "
                + reason);
  }

  private static String reason(PerfEvent point, int errno) {
    var limit = PerfLimits.sampleRate();
    if (errno == Errno.EINVAL && point.byFrequency() && point.rate() > limit) {
      return "it wants more than "
          + limit
          + (limit == 1 ? " sample" : " samples")
          + " a second, which is the limit"
          + "\n  try: a lower frequency, or a higher kernel.perf_event_max_sample_rate";
    }
    if (!(point.source() instanceof PerfSource.Breakpoint)) {
      return "";
    }
    return switch (errno) {
      case Errno.EINVAL ->
          "the CPU watches no such address, or not as many bytes of it: an address is a multiple of"
              + " the length, and code is watched by 8 bytes (x)\n  try: mem:ADDRESS/LENGTH:rw with a LENGTH of 1, 2, 4 or 8";
      case Errno.ENOSPC ->
          "all debug registers of the CPU are in use, of which x86-64 has 4\n  try: end a debugger or another program that watches memory";
      default -> "";
    };
  }
}
