package org.ebpf4j.linux.internal.attach;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProbeMode;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.attach.UprobeMulti;
import org.ebpf4j.attach.Uretprobe;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.binary.UserCode;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.UprobeUnit;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCreate;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.load.KernelFeature;

/// Probes of program files and libraries. One is an event of the perf unit that makes them (since
/// 4.17), or else of tracefs. Many are one link (since 6.6; for one process since 6.10, as the
/// number of a thread was meant before; sessions since 6.13), or else as many events.
final class UprobeHook {
  /// What opening an event wants: `CAP_PERFMON`, or, since 6.16 and in the stable kernels of that
  /// time, `CAP_SYS_ADMIN`.
  private static final Set<Capability> OPENING =
      EnumSet.of(Capability.CAP_PERFMON, Capability.CAP_SYS_ADMIN);

  private UprobeHook() {}

  /// A place for a program.
  ///
  /// @param offset the byte of the file
  /// @param counter the byte of the file that is counted up; 0 for none
  /// @param cookie what the program can ask for; 0 for none
  record Spot(long offset, long counter, long cookie) {}

  /// Where probes go.
  ///
  /// @param path the file
  /// @param pid the process; 0 for all
  record Target(String path, boolean onReturn, int pid) {}

  static Attachment attach(Attaching program, Uprobe point) {
    var code = UserCode.open(program.what(), point.binary(), point.pid());
    var spot =
        new Spot(code.offset(point.symbol(), point.offset()), point.counter(), point.cookie());
    sayChoice(program, code, point.symbol());
    return one(program, new Target(code.path(), false, point.pid()), spot);
  }

  static Attachment attach(Attaching program, Uretprobe point) {
    var code = UserCode.open(program.what(), point.binary(), point.pid());
    var spot =
        new Spot(code.offset(point.symbol(), point.offset()), point.counter(), point.cookie());
    sayChoice(program, code, point.symbol());
    return one(program, new Target(code.path(), true, point.pid()), spot);
  }

  private static void sayChoice(Attaching program, UserCode code, String symbol) {
    if (code.isChoice(symbol)) {
      program.step(
          symbol
              + " of "
              + code.shown()
              + " is code that chooses a function when a program starts (GNU_IFUNC): the probe is"
              + " on that, not on the function");
    }
  }

  static Attachment attach(Attaching program, UprobeMulti point) {
    var code = UserCode.open(program.what(), point.binary(), point.pid());
    var spots = new LinkedHashMap<Long, Spot>();
    for (int i = 0; i < point.functions().size(); i++) {
      var counter = point.counters().isEmpty() ? 0 : point.counters().get(i);
      var cookie = point.cookies().isEmpty() ? 0 : point.cookies().get(i);
      for (var offset : code.offsets(point.functions().get(i))) {
        spots.putIfAbsent(offset, new Spot(offset, counter, cookie));
      }
    }
    var onReturn = point.mode() == ProbeMode.RETURN;
    var target = new Target(code.path(), onReturn, point.pid());
    var isSession = point.mode() == ProbeMode.SESSION;
    if (isSession || KernelFeatures.ofProcess().has(KernelFeature.UPROBE_MULTI)) {
      return many(program, target, isSession, List.copyOf(spots.values()));
    }
    program.step("this kernel has no link on many places of a program: each is an event");
    return each(program, target, List.copyOf(spots.values()));
  }

  /// Many places by one link.
  static Attachment many(Attaching program, Target target, boolean isSession, List<Spot> spots) {
    var type = isSession ? AttachType.TRACE_UPROBE_SESSION : AttachType.TRACE_UPROBE_MULTI;
    var link =
        Bpf.linkCreate(
            new LinkCreate.UprobeMulti(
                program.program(),
                type.number(),
                target.onReturn,
                target.path,
                spots.stream().map(Spot::offset).toList(),
                spots.stream().allMatch(s -> s.counter == 0)
                    ? List.of()
                    : spots.stream().map(Spot::counter).toList(),
                spots.stream().allMatch(s -> s.cookie == 0)
                    ? List.of()
                    : spots.stream().map(Spot::cookie).toList(),
                target.pid));
    if (!link.ok()) {
      throw refusal(program, "LINK_CREATE", link.errno(), target, isSession, spots);
    }
    program.step(
        "LINK_CREATE "
            + type.label()
            + " on "
            + spots.size()
            + " places of "
            + target.path
            + (target.pid == 0 ? "" : " in process " + target.pid)
            + ": "
            + link.fd());
    return Attachment.ofLink(link.fd());
  }

  /// Each place by itself.
  static Attachment each(Attaching program, Target target, List<Spot> spots) {
    var made = new ArrayList<Attachment>();
    try {
      for (var spot : spots) {
        made.add(one(program, target, spot));
      }
      return Attachment.ofSeveral(made);
    } catch (RuntimeException | Error e) {
      made.forEach(Attachment::close);
      throw e;
    }
  }

  static Attachment one(Attaching program, Target target, Spot spot) {
    var unit = UprobeUnit.find();
    return unit.isPresent()
        ? throughPerf(program, target, spot, unit.get())
        : throughTracefs(program, target, spot);
  }

  private static Attachment throughPerf(
      Attaching program, Target target, Spot spot, UprobeUnit unit) {
    long config = target.onReturn ? 1L << unit.returnBit() : 0;
    if (spot.counter != 0) {
      var shift =
          unit.counterShift()
              .orElseThrow(() ->
                  new UnsupportedFeatureException(
                      "ref_ctr_offset",
                      "4.20",
                      program.what()
                          + ": this kernel does not count who watches a probe; that came in Linux"
                          + " 4.20"));
      config |= spot.counter << shift;
    }
    var opened = Perf.openUprobe(unit.type(), config, target.path, spot.offset, target.pid);
    if (!opened.ok()) {
      throw refusal(program, EventTie.OPEN, opened.errno(), target, false, List.of(spot));
    }
    program.step(
        "perf_event_open type "
            + unit.type()
            + " (uprobe), config 0x"
            + Long.toHexString(config)
            + ", "
            + place(target, spot)
            + (target.pid == 0 ? "" : " in process " + target.pid)
            + ": "
            + opened.fd());
    return EventTie.tie(program, List.of(opened.fd()), spot.cookie);
  }

  /// Through a line of `uprobe_events`.
  static Attachment throughTracefs(Attaching program, Target target, Spot spot) {
    if (target.path.indexOf(' ') >= 0) {
      throw new BpfException(
          program.what()
              + ": tracefs takes no path with a space, and this kernel makes uprobes in no other"
              + " way: "
              + target.path
              + "\n  try: a link to it with another name: ln -s, below /tmp");
    }
    return TracefsProbe.attach(
        program,
        TracefsProbe.Table.UPROBES,
        target.onReturn ? 'r' : 'p',
        place(target, spot)
            + (spot.counter == 0 ? "" : "(0x" + Long.toHexString(spot.counter) + ")"),
        target.path.substring(target.path.lastIndexOf('/') + 1),
        target.pid,
        spot.cookie,
        errno -> refusal(program, "write to uprobe_events", errno, target, false, List.of(spot)));
  }

  private static String place(Target target, Spot spot) {
    return target.path + ":0x" + Long.toHexString(spot.offset);
  }

  private static BpfException refusal(
      Attaching program,
      String command,
      int errno,
      Target target,
      boolean isSession,
      List<Spot> spots) {
    if (isSession && errno == Errno.EINVAL) {
      return new UnsupportedFeatureException(
          "uprobe.session",
          "6.13",
          program.what()
              + ": this kernel has no sessions of uprobes; they came in Linux 6.13\n"
              + "  try: SEC(\"uprobe.multi\") and SEC(\"uretprobe.multi\"), with a map between the"
              + " two");
    }
    return reason(errno, target, spots)
        .<BpfException>map(why ->
            new KernelException(
                command,
                errno,
                program.what()
                    + ": "
                    + command
                    + ": "
                    + (errno == Errno.ENOTSUPP ? "" : Errno.describe(errno) + ": ")
                    + why))
        .orElseGet(() ->
            program.refusal(
                command, errno, command.equals(EventTie.OPEN) ? OPENING : EventTie.NEEDS));
  }

  private static Optional<String> reason(int errno, Target target, List<Spot> spots) {
    var hasCounter = spots.stream().anyMatch(s -> s.counter != 0);
    if (errno == Errno.ENOTSUPP || errno == Errno.EILSEQ) {
      return Optional.of(
          (spots.size() == 1
                  ? "there is no instruction at the place that the kernel can put a probe on"
                  : "at one of the "
                      + spots.size()
                      + " places there is no instruction that the kernel can put a probe on")
              + ": the offset is inside an instruction, or it is one that cannot be run elsewhere"
              + (spots.size() == 1 ? "" : "\n  try: a narrower pattern"));
    }
    if (errno == Errno.ESRCH && target.pid != 0) {
      return Optional.of("there is no process " + target.pid);
    }
    if (errno == Errno.EINVAL && hasCounter) {
      return Optional.of(
          "a counter is at an even byte of a part of the file that is writable, and all probes of"
              + " a place have the same");
    }
    if (errno == Errno.EIO) {
      return Optional.of(target.path + " is on a filesystem whose files take no probes");
    }
    return Optional.empty();
  }
}
