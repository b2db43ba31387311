package org.ebpf4j.linux.internal.attach;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.host.KernelSymbols;
import org.ebpf4j.linux.internal.host.KprobeUnit;
import org.ebpf4j.linux.internal.host.Tracefs;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.linux.internal.sys.Result;

/// Kprobes and kretprobes: events of the perf unit that makes them (since 4.17), or else of
/// tracefs.
final class KprobeHook {
  private KprobeHook() {}

  static Attachment attach(Attaching program, KernelCode place) {
    var unit = KprobeUnit.type();
    return unit.isPresent()
        ? throughPerf(program, place, unit.getAsInt())
        : throughTracefs(program, place);
  }

  private static Attachment throughPerf(Attaching program, KernelCode place, int unit) {
    var config = place.onReturn() ? returnBit() : 0;
    var opened = open(program, place, unit, config);
    if (!opened.ok() && isByName(place, opened.errno())) {
      // Of names with a dot or a module some kernels say that they are not valid, or not known.
      var found = KernelSymbols.named(place.symbol(), place.module());
      if (found.size() == 1 && found.getFirst().isFunction() && found.getFirst().address() != 0) {
        opened = open(program, place.at(found.getFirst().address()), unit, config);
      }
    }
    if (!opened.ok()) {
      throw ProbeRefusal.of(program, EventTie.OPEN, opened.errno(), place);
    }
    return EventTie.tie(program, List.of(opened.fd()), place.cookie());
  }

  private static boolean isByName(KernelCode place, int errno) {
    return (place.symbol().contains(".") || !place.module().isEmpty())
        && Set.of(Errno.EINVAL, Errno.ENOENT, Errno.EADDRNOTAVAIL).contains(errno);
  }

  private static Result open(Attaching program, KernelCode place, int unit, long config) {
    var opened =
        place.isAddress()
            ? Perf.openKprobe(unit, config, place.offset())
            : Perf.openKprobe(unit, config, place.name(), place.offset());
    program.step(
        "perf_event_open type "
            + unit
            + " (kprobe), config "
            + config
            + ", "
            + place
            + ": "
            + (opened.ok() ? opened.fd() : Errno.describe(opened.errno())));
    return opened;
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

  /// Through a line of `kprobe_events`.
  static Attachment throughTracefs(Attaching program, KernelCode place) {
    checkTracefs();
    return TracefsProbe.attach(
        program,
        TracefsProbe.Table.KPROBES,
        place.onReturn() ? 'r' : 'p',
        place.toString(),
        place.toString(),
        0,
        place.cookie(),
        errno -> ProbeRefusal.of(program, "write to kprobe_events", errno, place));
  }

  private static void checkTracefs() {
    var has = false;
    try (var tracefs = Tracefs.find("a kprobe")) {
      has = Files.exists(tracefs.root().resolve(TracefsProbe.Table.KPROBES.file()));
    } catch (UnsupportedFeatureException _) {
      // A kernel without tracefs has no kprobes in it either.
    }
    if (!has) {
      throw new UnsupportedFeatureException(
          "kprobe",
          "4.17",
          "this kernel has no kprobes: "
              + KprobeUnit.DIRECTORY
              + " is missing (built without CONFIG_KPROBES, or older than 4.17), and tracefs has no"
              + " kprobe_events\n"
              + "  try: a tracepoint near it (tracepoint/, raw_tp/), or a kernel with"
              + " CONFIG_KPROBES");
    }
  }
}
