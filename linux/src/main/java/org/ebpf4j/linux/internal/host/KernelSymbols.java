package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.load.SymbolScan;

/// The kernel's symbols, as `/proc/kallsyms` has them.
public final class KernelSymbols {
  private static final Path FILE = Path.of("/proc/kallsyms");

  private KernelSymbols() {}

  /// The names of all functions (kinds `t` and `T`), with and without modules. Some 60,000; read
  /// only to explain a failure.
  public static Set<String> functions() {
    return parse(ProcFile.lines(FILE.toString()));
  }

  /// Where symbols of any kind are, with and without modules. The whole file is read, as a name may
  /// come twice.
  ///
  /// @throws org.ebpf4j.error.RelocationException where one of the names stands for several
  ///   addresses
  /// @throws BpfException where the file cannot be read
  public static SymbolScan.Addresses addresses(Set<String> names) {
    try (var stream = Files.newInputStream(FILE)) {
      return new SymbolScan(names).read(stream);
    } catch (IOException e) {
      throw FileError.of(FILE, "read", e);
    }
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
