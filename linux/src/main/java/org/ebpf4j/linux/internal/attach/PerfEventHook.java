package org.ebpf4j.linux.internal.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.host.KernelSymbols;
import org.ebpf4j.linux.internal.host.KprobeUnit;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Tracefs;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.LinkCreate;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.linux.internal.sys.Result;

/// Hooks that are events of the perf subsystem: tracepoints, kprobes, and counters. The program is
/// tied to the event by a link (since 5.15), or else by an ioctl; then the event is enabled.
final class PerfEventHook {
  private static final Set<Capability> NEEDS =
      EnumSet.of(Capability.CAP_BPF, Capability.CAP_PERFMON);

  private PerfEventHook() {}

  static Attachment tracepoint(Attaching program, Tracepoint point) {
    var id = idOf(point, program);
    var opened = Perf.openTracepoint(id);
    if (!opened.ok()) {
      throw program.refusal("perf_event_open", opened.errno(), NEEDS);
    }
    program.step("perf_event_open type tracepoint, config " + id + ": " + opened.fd());
    return tie(program, List.of(opened.fd()));
  }

  private static long idOf(Tracepoint point, Attaching program) {
    var name = point.category() + "/" + point.name();
    try (var tracefs = Tracefs.find("the tracepoint " + name)) {
      if (tracefs.isPrivate()) {
        program.step("tracefs is not mounted here; mounted for this process alone");
      }
      var id = tracefs.id(point);
      program.step(tracefs.shown(tracefs.root()) + "/events/" + name + "/id says " + id);
      return id;
    }
  }

  static Attachment kprobe(Attaching program, String symbol, long offset, boolean isReturn) {
    var unit = unit();
    var config = isReturn ? returnBit() : 0;
    var opened = Perf.openKprobe(unit, config, symbol, offset);
    if (!opened.ok()) {
      throw kprobeRefusal(program, symbol, opened);
    }
    program.step(
        "perf_event_open type "
            + unit
            + " (kprobe), config "
            + config
            + ", "
            + symbol
            + (offset == 0 ? "" : "+" + offset)
            + ": "
            + opened.fd());
    return tie(program, List.of(opened.fd()));
  }

  private static int unit() {
    return KprobeUnit.type()
        .orElseThrow(() ->
            new UnsupportedFeatureException(
                "kprobe",
                "4.17",
                "this kernel has no kprobes: "
                    + KprobeUnit.DIRECTORY
                    + " is missing (built without CONFIG_KPROBES, or older than 4.17)"
                    + "\n  try: a tracepoint near it (tracepoint/, raw_tp/), or a kernel with CONFIG_KPROBES"));
  }

  /// The file says `config:0`, the bit that asks for a return probe.
  private static long returnBit() {
    try {
      var text =
          Files.readString(KprobeUnit.DIRECTORY.resolve("format").resolve("retprobe")).strip();
      return 1L << Integer.parseInt(text.substring(text.indexOf(':') + 1));
    } catch (IOException e) {
      throw FileError.of(KprobeUnit.DIRECTORY + "/format/retprobe", "read", e);
    } catch (NumberFormatException e) {
      throw new BpfException(KprobeUnit.DIRECTORY + "/format/retprobe holds no number", e);
    }
  }

  private static BpfException kprobeRefusal(Attaching program, String symbol, Result opened) {
    var errno = opened.errno();
    if (errno == Errno.ENOENT
        || errno == Errno.EINVAL
        || errno == Errno.EADDRNOTAVAIL
        || errno == Errno.EILSEQ) {
      var symbols = KernelSymbols.functions();
      if (!symbols.isEmpty() && !symbols.contains(symbol)) {
        return new NotFoundException(
            "kernel function", symbol, symbols, "Functions are listed in /proc/kallsyms");
      }
      var reason =
          switch (errno) {
            case Errno.EADDRNOTAVAIL -> "several functions have this name";
            case Errno.EILSEQ -> "the offset is inside an instruction";
            default ->
                "the function is there but cannot be probed (inlined code, or a function that probes"
                    + " use themselves)";
          };
      return new KernelException(
          "perf_event_open",
          errno,
          program.what() + ": perf_event_open: " + Errno.describe(errno) + ": " + reason);
    }
    return program.refusal("perf_event_open", errno, NEEDS);
  }

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
    return tie(program, events);
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
    return program.refusal("perf_event_open", errno, NEEDS);
  }

  /// Ties the program to each event and starts it; takes the events over, also where it fails.
  private static Attachment tie(Attaching program, List<Fd> events) {
    var links = new ArrayList<Fd>();
    try {
      for (var event : events) {
        var link =
            Bpf.linkCreate(
                new LinkCreate.OnDescriptor(
                    program.program(), event.number(), AttachType.PERF_EVENT.number()));
        if (link.ok()) {
          links.add(link.fd());
          program.step("LINK_CREATE perf_event on " + event + ": " + link.fd());
        } else if (link.errno() == Errno.EINVAL) {
          // Kernels before 5.15 have no links on events.
          check(
              program,
              "ioctl PERF_EVENT_IOC_SET_BPF",
              Perf.setProgram(event.number(), program.program()));
          program.step("ioctl PERF_EVENT_IOC_SET_BPF on " + event);
        } else {
          throw tieRefusal(program, "LINK_CREATE", link.errno());
        }
        check(program, "ioctl PERF_EVENT_IOC_ENABLE", Perf.enable(event.number()));
        program.step("ioctl PERF_EVENT_IOC_ENABLE on " + event);
      }
    } catch (RuntimeException e) {
      links.forEach(Fd::close);
      events.forEach(Fd::close);
      throw e;
    }
    // Without a link the event itself has to be stopped; closing it would do, but only with its
    // last descriptor.
    return Attachment.ofEvents(
        links,
        events,
        () -> {
          if (links.isEmpty()) {
            events.forEach(event -> Perf.disable(event.number()));
          }
        });
  }

  private static void check(Attaching program, String command, int errno) {
    if (errno != 0) {
      throw tieRefusal(program, command, errno);
    }
  }

  private static BpfException tieRefusal(Attaching program, String command, int errno) {
    if (errno == Errno.EEXIST) {
      return new KernelException(
          command,
          errno,
          program.what()
              + ": "
              + command
              + ": "
              + Errno.describe(errno)
              + ": this program is on this event already, and an event takes each program once");
    }
    return program.refusal(command, errno, NEEDS);
  }
}
