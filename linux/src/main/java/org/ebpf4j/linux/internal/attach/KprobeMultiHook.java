package org.ebpf4j.linux.internal.attach;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.KprobeMulti;
import org.ebpf4j.attach.ProbeMode;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.host.KernelSymbols;
import org.ebpf4j.linux.internal.host.TraceableFunctions;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCreate;
import org.ebpf4j.linux.internal.sys.Result;
import org.ebpf4j.load.KernelFeature;

/// Many functions of the kernel by one link (since 5.18; sessions since 6.10). Names without a
/// pattern are given to the kernel as they are; patterns and modules are looked up among the
/// functions that ftrace knows, as one function that it does not know fails them all.
final class KprobeMultiHook {
  private static final String COMMAND = "LINK_CREATE";
  private static final String PURPOSE = "a list of functions";

  private KprobeMultiHook() {}

  /// Which functions: symbols or addresses, and a cookie for each, or none.
  private record Choice(List<String> symbols, List<Long> addresses, List<Long> cookies) {
    int count() {
      return Math.max(symbols.size(), addresses.size());
    }
  }

  static Attachment attach(Attaching program, KprobeMulti point) {
    var choice = choose(program, point);
    var link = create(program, point, choice);
    if (!link.ok()) {
      throw refusal(program, point, link.errno());
    }
    program.step(
        "LINK_CREATE "
            + point.kind()
            + " on "
            + choice.count()
            + " functions by "
            + (choice.symbols.isEmpty() ? "address" : "name")
            + ": "
            + link.fd());
    return Attachment.ofLink(link.fd());
  }

  private static Result create(Attaching program, KprobeMulti point, Choice choice) {
    var type =
        point.mode() == ProbeMode.SESSION
            ? AttachType.TRACE_KPROBE_SESSION
            : AttachType.TRACE_KPROBE_MULTI;
    return Bpf.linkCreate(
        new LinkCreate.KprobeMulti(
            program.program(),
            type.number(),
            point.mode() == ProbeMode.RETURN,
            choice.symbols,
            choice.addresses,
            choice.cookies));
  }

  private static Choice choose(Attaching program, KprobeMulti point) {
    if (point.isByAddress()) {
      return byAddress(point);
    }
    if (point.functions().stream().noneMatch(KprobeMultiHook::isOpen)) {
      return byName(point);
    }
    var traceable = TraceableFunctions.running(PURPOSE);
    // The kernel looks the cookie up by the start of a function, and where ftrace stops may be
    // behind that: it is given names then, and finds the start itself.
    return traceable.hasAddresses() && point.cookies().isEmpty()
        ? addresses(program, point, traceable)
        : names(program, point, traceable);
  }

  private static boolean isOpen(String function) {
    return function.indexOf('*') >= 0 || function.indexOf('?') >= 0 || function.indexOf(':') >= 0;
  }

  private static long cookie(KprobeMulti point, int element) {
    return point.cookies().get(point.cookies().size() == 1 ? 0 : element);
  }

  private static Choice byAddress(KprobeMulti point) {
    var found = new LinkedHashMap<Long, Long>();
    for (int i = 0; i < point.functions().size(); i++) {
      var address = Long.parseUnsignedLong(point.functions().get(i).substring(2), 16);
      found.putIfAbsent(address, point.cookies().isEmpty() ? 0L : cookie(point, i));
    }
    return new Choice(List.of(), List.copyOf(found.keySet()), cookies(point, found));
  }

  private static Choice byName(KprobeMulti point) {
    var found = new LinkedHashMap<String, Long>();
    for (int i = 0; i < point.functions().size(); i++) {
      found.putIfAbsent(
          point.functions().get(i), point.cookies().isEmpty() ? 0L : cookie(point, i));
    }
    return new Choice(List.copyOf(found.keySet()), List.of(), cookies(point, found));
  }

  private static List<Long> cookies(KprobeMulti point, Map<?, Long> found) {
    return point.cookies().isEmpty() ? List.of() : List.copyOf(found.values());
  }

  private static Choice addresses(
      Attaching program, KprobeMulti point, TraceableFunctions traceable) {
    var found = new LinkedHashMap<Long, Long>();
    for (var element : point.functions()) {
      matching(program, element, traceable).forEach(f -> found.putIfAbsent(f.address(), 0L));
    }
    return new Choice(List.of(), List.copyOf(found.keySet()), List.of());
  }

  private static Choice names(Attaching program, KprobeMulti point, TraceableFunctions traceable) {
    var found = new LinkedHashMap<String, Long>();
    var modules = new LinkedHashMap<String, String>();
    for (int i = 0; i < point.functions().size(); i++) {
      for (var function : matching(program, point.functions().get(i), traceable)) {
        found.putIfAbsent(function.name(), point.cookies().isEmpty() ? 0L : cookie(point, i));
        modules.putIfAbsent(function.name(), function.module());
      }
    }
    if (point.functions().stream().anyMatch(f -> f.indexOf(':') >= 0)) {
      return starts(program, point, found, modules);
    }
    return new Choice(List.copyOf(found.keySet()), List.of(), cookies(point, found));
  }

  /// The addresses of functions of modules, whose names alone could stand for others.
  private static Choice starts(
      Attaching program, KprobeMulti point, Map<String, Long> found, Map<String, String> modules) {
    var addresses = KernelSymbols.starts(modules);
    if (!addresses.keySet().containsAll(found.keySet()) || addresses.containsValue(0L)) {
      throw new BpfException(
          program.what()
              + ": the kernel does not tell this process where its functions are"
              + " (kernel.kptr_restrict)\n"
              + "  try: names without a module, or as root with CAP_SYSLOG");
    }
    var byAddress = new LinkedHashMap<Long, Long>();
    found.forEach((name, cookie) -> byAddress.put(addresses.get(name), cookie));
    return new Choice(List.of(), List.copyOf(byAddress.keySet()), cookies(point, byAddress));
  }

  private static List<TraceableFunctions.Function> matching(
      Attaching program, String element, TraceableFunctions traceable) {
    var colon = element.indexOf(':');
    var pattern = element.substring(colon + 1);
    var found = traceable.matching(pattern, colon < 0 ? "" : element.substring(0, colon));
    if (!found.isEmpty()) {
      return found;
    }
    if (traceable.isEmpty()) {
      throw new UnsupportedFeatureException(
          "ftrace",
          null,
          program.what()
              + ": the kernel lists no functions that can be traced (CONFIG_DYNAMIC_FTRACE is not"
              + " set)");
    }
    throw unknown(element, pattern, traceable);
  }

  private static BpfException unknown(
      String element, String pattern, TraceableFunctions traceable) {
    var plain = pattern.replace("*", "").replace("?", "");
    return new NotFoundException(
        "kernel function that can be traced fits",
        element,
        traceable.names(_ -> !plain.isEmpty()),
        "",
        "one that available_filter_functions of tracefs lists");
  }

  private static BpfException refusal(Attaching program, KprobeMulti point, int errno) {
    if (errno == Errno.EPERM || errno == Errno.EACCES) {
      return program.refusal(COMMAND, errno, EventTie.NEEDS);
    }
    var isSession = point.mode() == ProbeMode.SESSION;
    var has =
        KernelFeatures.ofProcess()
            .has(isSession ? KernelFeature.KPROBE_SESSION : KernelFeature.KPROBE_MULTI);
    if (!has) {
      return isSession ? noSessions(program) : noMulti(program);
    }
    if (Set.of(Errno.ESRCH, Errno.ENOENT, Errno.EINVAL).contains(errno)) {
      var culprits = culprits(point);
      if (!culprits.isEmpty()) {
        return untraceable(program, culprits, errno);
      }
    }
    return program.refusal(COMMAND, errno, EventTie.NEEDS);
  }

  private static BpfException noMulti(Attaching program) {
    return new UnsupportedFeatureException(
        "kprobe.multi",
        "5.18",
        program.what()
            + ": this kernel does not attach to many functions at once; that came in Linux 5.18,"
            + " with CONFIG_FPROBE\n"
            + "  try: SEC(\"kprobe/FUNCTION\") or SEC(\"kretprobe/FUNCTION\"), attached to each of"
            + " them");
  }

  private static BpfException noSessions(Attaching program) {
    return new UnsupportedFeatureException(
        "kprobe.session",
        "6.10",
        program.what()
            + ": this kernel has no sessions of kprobes; they came in Linux 6.10\n"
            + "  try: SEC(\"kprobe.multi\") and SEC(\"kretprobe.multi\") (since 5.18), with a map"
            + " between the two");
  }

  /// The names that ftrace does not know.
  private static List<String> culprits(KprobeMulti point) {
    var culprits = new ArrayList<String>();
    if (!point.isByAddress()) {
      for (var function : point.functions()) {
        if (!isOpen(function) && ProbeRefusal.isUntraced(function)) {
          culprits.add(function);
        }
      }
    }
    return culprits;
  }

  private static BpfException untraceable(Attaching program, List<String> culprits, int errno) {
    var name = culprits.getFirst();
    if (KernelSymbols.named(name, "").isEmpty()) {
      return unknown(name, name, TraceableFunctions.running(PURPOSE));
    }
    return new KernelException(
        COMMAND,
        errno,
        program.what()
            + ": LINK_CREATE: "
            + Errno.describe(errno)
            + ": ftrace cannot stop in "
            + String.join(", ", culprits)
            + " (notrace, or inlined but for what only data points to), and then in none of the"
            + " functions\n"
            + "  try: leave "
            + (culprits.size() == 1 ? "it" : "them")
            + " out; available_filter_functions of tracefs lists those that can be traced");
  }
}
