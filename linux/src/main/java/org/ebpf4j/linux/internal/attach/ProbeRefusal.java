package org.ebpf4j.linux.internal.attach;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.host.KernelSymbols;
import org.ebpf4j.linux.internal.host.KernelSymbols.Symbol;
import org.ebpf4j.linux.internal.host.KprobeBlacklist;
import org.ebpf4j.linux.internal.host.TraceableFunctions;

/// Why a kernel does not put a probe into one of its functions. Looks at its symbols, at the list
/// of what must not be probed, and at the functions that ftrace knows, only when something failed.
final class ProbeRefusal {
  private static final int ERANGE = 34;

  /// The numbers that say something of the place, not of the process.
  private static final Set<Integer> OF_PLACE =
      Set.of(Errno.ENOENT, Errno.EINVAL, Errno.EADDRNOTAVAIL, Errno.EILSEQ, ERANGE);

  private static final String LIST =
      "a function that /proc/kallsyms lists; one that the compiler inlined everywhere is none";

  private ProbeRefusal() {}

  /// The refusal of one probe.
  static BpfException of(Attaching program, String command, int errno, KernelCode place) {
    if (!OF_PLACE.contains(errno)) {
      return command.equals(EventTie.OPEN)
          ? EventTie.refusedEvent(program, errno)
          : program.refusal(command, errno, EventTie.NEEDS);
    }
    var symbols =
        place.isAddress() ? List.<Symbol>of() : KernelSymbols.named(place.symbol(), place.module());
    if (!place.isAddress() && symbols.stream().noneMatch(KernelSymbols::isCode)) {
      var missing = missing(place, symbols);
      if (missing.isPresent()) {
        return missing.get();
      }
    }
    var reason = reason(errno, place, symbols);
    return new KernelException(
        command,
        errno,
        program.what() + ": " + command + ": " + Errno.describe(errno) + ": " + reason);
  }

  /// The error of a symbol that is not among the functions; empty where those are not known.
  private static Optional<BpfException> missing(KernelCode place, List<Symbol> symbols) {
    var functions = KernelSymbols.functions();
    if (functions.isEmpty()) {
      return Optional.empty();
    }
    if (!place.call().isEmpty()) {
      var prefix = KernelCode.prefix();
      return Optional.of(
          new NotFoundException(
              "system call",
              place.call(),
              functions.stream()
                  .filter(f -> f.startsWith(prefix))
                  .map(f -> f.substring(prefix.length()))
                  .toList(),
              "The functions of system calls begin with " + prefix + " here"));
    }
    if (!symbols.isEmpty()) {
      return Optional.of(
          new NotFoundException(
              "kernel function", place.name(), Set.of(), "It is a variable of the kernel", LIST));
    }
    if (functions.contains(place.symbol())) {
      var elsewhere =
          String.join(
              ", ",
              KernelSymbols.named(place.symbol(), "").stream().map(Symbol::qualified).toList());
      return Optional.of(
          new NotFoundException(
              "kernel function", place.name(), Set.of(), "It is " + elsewhere, elsewhere));
    }
    return Optional.of(
        new NotFoundException(
            "kernel function", place.name(), functions, renamed(place, functions), LIST));
  }

  /// What compilers make of a function that they change or put elsewhere.
  private static String renamed(KernelCode place, Set<String> functions) {
    var start = place.symbol() + ".";
    var parts = functions.stream().filter(f -> f.startsWith(start)).sorted().limit(3).toList();
    return parts.isEmpty()
        ? ""
        : "The compiler made " + String.join(", ", parts) + " of it, which can be probed";
  }

  private static String reason(int errno, KernelCode place, List<Symbol> symbols) {
    if (errno == Errno.EILSEQ) {
      return "the offset is inside an instruction";
    }
    var functions = symbols.stream().filter(Symbol::isFunction).toList();
    if (functions.size() > 1 && errno != ERANGE) {
      return ambiguous(place, functions);
    }
    if (place.isAddress()) {
      return "there is no instruction of a function at this address that can be probed"
          + "\n  try: an address of /proc/kallsyms, as root reads it, or the function's name";
    }
    if (place.onReturn() && errno == Errno.EINVAL && place.offset() != 0) {
      return "a probe of a return has no offset";
    }
    return "the function is there but cannot be probed" + whyNot(place.symbol());
  }

  private static String ambiguous(KernelCode place, List<Symbol> functions) {
    var kind = place.onReturn() ? "kretprobe:" : "kprobe:";
    var one = functions.stream().filter(f -> f.address() != 0).findFirst();
    return "several functions have this name: "
        + functions.stream().map(ProbeRefusal::shown).collect(Collectors.joining(", "))
        + "\n  try: "
        + functions.stream()
            .filter(f -> !f.module().isEmpty())
            .findFirst()
            .map(f -> kind + f.qualified() + " for that of the module, or ")
            .orElse("")
        + "an address"
        + one.map(f -> ", as in " + kind + "0x" + Long.toHexString(f.address() + place.offset()))
            .orElse(" of /proc/kallsyms, as root reads it");
  }

  private static String shown(Symbol symbol) {
    return symbol.qualified()
        + (symbol.address() == 0 ? "" : " at 0x" + Long.toHexString(symbol.address()));
  }

  /// What keeps probes out of a function that there is, in words behind what was said.
  static String whyNot(String symbol) {
    if (KprobeBlacklist.contains(symbol).orElse(false)) {
      return ": it is on the kernel's blacklist (kprobes/blacklist in debugfs), as probes"
          + " themselves run it, or no exception can be taken in it\n"
          + "  try: a function that calls it, or a tracepoint near it";
    }
    if (isUntraced(symbol)) {
      return ": it is code that ftrace leaves out (notrace, or of a section that it does not know),"
          + " and this kernel takes no probes in such code (CONFIG_KPROBE_EVENTS_ON_NOTRACE is not"
          + " set)\n  try: a function that calls it, or a tracepoint near it";
    }
    return " (code that is discarded after start, or that probes themselves use)";
  }

  /// Whether ftrace does not know a function; not where its list cannot be read.
  static boolean isUntraced(String symbol) {
    try {
      var traceable = TraceableFunctions.running("a list of functions");
      return !traceable.isEmpty() && !traceable.contains(symbol);
    } catch (BpfException _) {
      return false;
    }
  }
}
