package org.ebpf4j.object;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfExt;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.error.NearestNames;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.insn.HelperFunction;

/// A function or variable that a file uses, and neither defines nor declares as one of the
/// kernel's: where it is used, and what was likely meant.
final class UndefinedSymbol {
  /// What functions of the C library are called in programs.
  private static final Map<String, String> OF_C =
      Map.ofEntries(
          Map.entry("ntohl", "bpf_ntohl (bpf/bpf_endian.h)"),
          Map.entry("ntohs", "bpf_ntohs (bpf/bpf_endian.h)"),
          Map.entry("htonl", "bpf_htonl (bpf/bpf_endian.h)"),
          Map.entry("htons", "bpf_htons (bpf/bpf_endian.h)"),
          Map.entry("be64toh", "bpf_be64_to_cpu (bpf/bpf_endian.h)"),
          Map.entry("htobe64", "bpf_cpu_to_be64 (bpf/bpf_endian.h)"),
          Map.entry("printf", "bpf_printk"),
          Map.entry("printk", "bpf_printk"),
          Map.entry("puts", "bpf_printk"),
          Map.entry("snprintf", "BPF_SNPRINTF"),
          Map.entry("sprintf", "BPF_SNPRINTF"),
          Map.entry("strcmp", "bpf_strncmp"),
          Map.entry("strncmp", "bpf_strncmp"),
          Map.entry("memcpy", "__builtin_memcpy with a constant size"),
          Map.entry("memset", "__builtin_memset with a constant size"),
          Map.entry("memmove", "__builtin_memmove with a constant size"),
          Map.entry("memcmp", "__builtin_memcmp with a constant size"),
          Map.entry("malloc", "a map, or bpf_obj_new"),
          Map.entry("time", "bpf_ktime_get_ns"),
          Map.entry("clock_gettime", "bpf_ktime_get_ns"),
          Map.entry("rand", "bpf_get_prandom_u32"),
          Map.entry("random", "bpf_get_prandom_u32"),
          Map.entry("getpid", "bpf_get_current_pid_tgid"));

  private UndefinedSymbol() {}

  /// What to throw for a symbol.
  ///
  /// @param function whether it is a function
  static RelocationException of(ElfFile elf, Btf types, String symbol, boolean function) {
    var place = place(elf, types, symbol);
    return new RelocationException(
        symbol,
        elf.file()
            + ": "
            + (function ? "function" : "variable")
            + " '"
            + symbol
            + "' is not defined in this file, and not declared as one of the kernel's\n  try: "
            + meant(symbol, function)
            + place.map(p -> "\n  at " + p).orElse(""));
  }

  private static String meant(String symbol, boolean function) {
    var link = "link it with the file that defines it (ebpf4j link)";
    if (!function) {
      return symbol.startsWith("CONFIG_")
          ? "declare it with __kconfig, as a value of the kernel's configuration"
          : "declare it with __ksym if it is the kernel's (or __kconfig if it is of its configuration); else "
              + link;
    }
    var other = OF_C.get(symbol);
    if (other != null) {
      return "did you mean " + other + "? Functions of the C library are not there";
    }
    var near = nearHelpers(symbol);
    if (!near.isEmpty()) {
      return "did you mean "
          + String.join(", ", near)
          + "? Else declare it with __ksym if it is a function of the kernel (kfunc), or "
          + link;
    }
    return "declare it with __ksym if it is a function of the kernel (kfunc); else " + link;
  }

  private static List<String> nearHelpers(String symbol) {
    if (!symbol.startsWith("bpf_")) {
      return List.of();
    }
    var helpers =
        IntStream.range(1, 1000)
            .mapToObj(HelperFunction::name)
            .takeWhile(Optional::isPresent)
            .map(Optional::get)
            .toList();
    return NearestNames.of(symbol, helpers).stream()
        .filter(n -> Math.abs(n.length() - symbol.length()) <= 2)
        .limit(2)
        .toList();
  }

  /// The first line of C that uses the symbol, where the object has lines.
  private static Optional<String> place(ElfFile elf, Btf types, String symbol) {
    var lines = elf.section(".BTF.ext").map(s -> BtfExt.read(s.data(), types).lines());
    for (var section : elf.sections()) {
      if ((section.flags() & ElfFile.SHF_EXECINSTR) == 0) {
        continue;
      }
      for (var relocation : elf.relocations(section)) {
        if (elf.symbols().get(relocation.symbol()).name().equals(symbol)) {
          return Optional.of(
              lines
                  .flatMap(
                      l -> line(l.getOrDefault(section.name(), List.of()), relocation.offset() / 8))
                  .orElse(
                      "section " + section.name() + ", instruction " + relocation.offset() / 8));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> line(List<LineInfo> lines, long slot) {
    return lines.stream()
        .filter(l -> l.slot() <= slot)
        .reduce((_, later) -> later)
        .map(LineInfo::describe);
  }
}
