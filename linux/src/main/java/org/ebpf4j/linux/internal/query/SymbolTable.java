package org.ebpf4j.linux.internal.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.ebpf4j.linux.internal.host.KernelSymbols;
import org.ebpf4j.linux.internal.host.KernelSymbols.Symbol;

/// The functions of the kernel and of modules at some addresses.
public final class SymbolTable {
  /// No function is as long as this: what is further behind a symbol is in none.
  private static final long FURTHEST = 1 << 20;

  private static final Path FILE = Path.of("/proc/kallsyms");

  private final Map<Long, Symbol> found;

  private SymbolTable(Map<Long, Symbol> found) {
    this.found = found;
  }

  /// Looks addresses up, in one pass through the machine's symbols. None are found where they
  /// cannot be read, or addresses are hidden.
  public static SymbolTable of(Set<Long> addresses) {
    try (var lines = Files.lines(FILE, StandardCharsets.ISO_8859_1)) {
      return of(lines, addresses);
    } catch (IOException | UncheckedIOException _) {
      return new SymbolTable(Map.of());
    }
  }

  static SymbolTable of(Stream<String> lines, Set<Long> addresses) {
    // Addresses of the kernel are negative: the order of numbers with a sign is theirs, too.
    var wanted = addresses.stream().filter(a -> a != 0).mapToLong(Long::longValue).toArray();
    Arrays.sort(wanted);
    var best = new Symbol[wanted.length];
    if (wanted.length > 0) {
      lines
          .flatMap(line -> KernelSymbols.symbol(line).stream())
          .filter(s -> s.isFunction() && s.address() != 0)
          .forEach(symbol -> offer(symbol, wanted, best));
    }
    var found = new HashMap<Long, Symbol>();
    for (var i = 0; i < wanted.length; i++) {
      // A function that an earlier address is in may reach as far as this one.
      if (i > 0 && best[i] == null) {
        best[i] = best[i - 1];
      }
      if (best[i] != null && wanted[i] - best[i].address() < FURTHEST) {
        found.put(wanted[i], best[i]);
      }
    }
    return new SymbolTable(found);
  }

  /// Keeps a symbol for the first address at or behind it, if it is nearer than what there is; of
  /// several at one address the first.
  private static void offer(Symbol symbol, long[] wanted, Symbol[] best) {
    var at = Arrays.binarySearch(wanted, symbol.address());
    var i = at >= 0 ? at : -at - 1;
    if (i < wanted.length && (best[i] == null || best[i].address() < symbol.address())) {
      best[i] = symbol;
    }
  }

  /// The function that an address is in.
  public Optional<Symbol> at(long address) {
    return Optional.ofNullable(found.get(address));
  }
}
