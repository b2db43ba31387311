package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.load.SymbolScan;
import org.jspecify.annotations.Nullable;

/// The kernel's symbols, as `/proc/kallsyms` has them.
public final class KernelSymbols {
  private static final Path FILE = Path.of("/proc/kallsyms");

  /// The bounds of the kernel's code, and of that which is discarded after the start.
  private static final String START = "_stext";

  private static final String END = "_etext";
  private static final String START_OF_INIT = "_sinittext";
  private static final String END_OF_INIT = "_einittext";

  private KernelSymbols() {}

  /// The names of all functions (kinds `t` and `T`), with and without modules. Some 60,000; read
  /// only to explain a failure.
  public static Set<String> functions() {
    return parse(ProcFile.lines(FILE.toString()));
  }

  /// A symbol of the kernel or a module.
  ///
  /// @param address 0 where the kernel does not tell this process
  /// @param kind the letter that `nm(1)` has for its kind
  /// @param module empty for the kernel itself
  public record Symbol(long address, char kind, String name, String module) {
    /// Whether it is code.
    public boolean isFunction() {
      return "tTwW".indexOf(kind) >= 0;
    }

    /// The name with its module: `nf_conntrack:nf_ct_get`.
    public String qualified() {
      return module.isEmpty() ? name : module + ":" + name;
    }
  }

  /// All symbols of a name, in the order of the file; of one module where `module` is not empty.
  /// None where the file cannot be read.
  public static List<Symbol> named(String name, String module) {
    try (var lines = Files.lines(FILE, StandardCharsets.ISO_8859_1)) {
      return named(lines, name, module);
    } catch (IOException | UncheckedIOException _) {
      return List.of();
    }
  }

  static List<Symbol> named(Stream<String> lines, String name, String module) {
    return lines
        .filter(line -> line.contains(name))
        .flatMap(line -> symbol(line).stream())
        .filter(s -> s.name.equals(name) && (module.isEmpty() || s.module.equals(module)))
        .toList();
  }

  /// Whether a symbol is in the code of the kernel or a module, as far as that is known: a variable
  /// that the linker made an alias of may look like a function.
  public static boolean isCode(Symbol symbol) {
    if (!symbol.isFunction() || symbol.address == 0 || !symbol.module.isEmpty()) {
      return symbol.isFunction();
    }
    Map<String, Long> bounds;
    try {
      bounds = addresses(Set.of(START, END, START_OF_INIT, END_OF_INIT)).byName();
    } catch (BpfException _) {
      return true;
    }
    return !bounds.keySet().containsAll(Set.of(START, END))
        || isWithin(symbol.address, bounds.get(START), bounds.get(END))
        || isWithin(symbol.address, bounds.get(START_OF_INIT), bounds.get(END_OF_INIT));
  }

  private static boolean isWithin(long address, @Nullable Long start, @Nullable Long end) {
    return start != null
        && end != null
        && Long.compareUnsigned(address, start) >= 0
        && Long.compareUnsigned(address, end) < 0;
  }

  /// Where functions start: of each name the first in its module. What is not there is missing.
  ///
  /// @param modules the module of each name; empty for the kernel
  public static Map<String, Long> starts(Map<String, String> modules) {
    var starts = new HashMap<String, Long>();
    try (var lines = Files.lines(FILE, StandardCharsets.ISO_8859_1)) {
      lines
          .flatMap(line -> symbol(line).stream())
          .filter(s -> s.isFunction() && s.module.equals(modules.get(s.name)))
          .forEach(s -> starts.putIfAbsent(s.name, s.address));
    } catch (IOException e) {
      throw FileError.of(FILE, "read", e);
    } catch (UncheckedIOException e) {
      throw FileError.of(FILE, "read", Objects.requireNonNull(e.getCause()));
    }
    return starts;
  }

  /// A line is such as `ffffffffc0a3c010 t nf_ct_get [nf_conntrack]`.
  public static Optional<Symbol> symbol(String line) {
    var space = line.indexOf(' ');
    if (space <= 0 || line.length() < space + 4) {
      return Optional.empty();
    }
    var tab = line.indexOf('\t', space);
    var module = tab < 0 ? "" : line.substring(tab).replaceAll("[\\s\\[\\]]", "");
    return Optional.of(
        new Symbol(
            Long.parseUnsignedLong(line.substring(0, space), 16),
            line.charAt(space + 1),
            line.substring(space + 3, tab < 0 ? line.length() : tab),
            module));
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
