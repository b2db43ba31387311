package org.ebpf4j.linux.internal.host;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The names of the kernel's functions, as `/proc/kallsyms` has them.
public final class KernelSymbols {
  private KernelSymbols() {}

  /// The names of all functions (kinds `t` and `T`), with and without modules. Some 60,000; read
  /// only to explain a failure.
  public static Set<String> functions() {
    return parse(ProcFile.lines("/proc/kallsyms"));
  }

  static Set<String> parse(List<String> lines) {
    var names = new HashSet<String>();
    for (var line : lines) {
      var kind = line.indexOf(' ') + 1;
      if (kind > 0 && kind + 2 < line.length() && "tTwW".indexOf(line.charAt(kind)) >= 0) {
        var end = line.indexOf('\t', kind + 2);
        names.add(end < 0 ? line.substring(kind + 2) : line.substring(kind + 2, end));
      }
    }
    return names;
  }
}
