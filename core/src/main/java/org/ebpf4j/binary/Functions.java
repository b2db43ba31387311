package org.ebpf4j.binary;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.ebpf4j.error.MalformedObjectException;

/// The functions of a program file or library, from all its symbol tables. Immutable.
public final class Functions {
  /// Names may share their ends in the file, but not in memory. More is made to fill it.
  private static final long MOST_NAME_BYTES = 1L << 28;

  private final String file;
  private final List<FunctionTable> tables;

  Functions(String file, List<FunctionTable> tables) {
    this.file = file;
    this.tables = List.copyOf(tables);
  }

  /// The functions that a name stands for, each address once, imports (which have none) last.
  ///
  /// `name` stands for functions without version and default versions; where there are only other
  /// versions, for these. `name@VERSION` is one of that version, `name@@VERSION` one that is the
  /// default. A weak function is left out where there is one that is not, and what only the full
  /// symbol table has, where the table for other files has the name.
  public List<Function> find(String name) {
    var sign = name.indexOf('@', 1);
    var plain = sign < 0 ? name : name.substring(0, sign);
    var version = sign < 0 ? "" : name.substring(sign).replaceFirst("^@@?", "");
    var onlyDefault = sign >= 0 && name.startsWith("@@", sign);
    var found = new ArrayList<Function>();
    for (var table : tables) {
      table.find(plain, found::add);
      if (found.stream().anyMatch(Function::isDefined)) {
        break;
      }
    }
    if (sign >= 0) {
      found.removeIf(
          f -> !f.version().equals(version) || (onlyDefault && f.isDefined() && !f.isDefault()));
    } else if (found.stream().anyMatch(f -> f.isDefined() && f.isDefault())) {
      found.removeIf(f -> f.isDefined() && !f.isDefault());
    }
    var defined = new LinkedHashMap<Long, Function>();
    found.stream().filter(Function::isDefined).forEach(f -> defined.putIfAbsent(f.address(), f));
    if (defined.values().stream().anyMatch(f -> !f.isWeak())) {
      defined.values().removeIf(Function::isWeak);
    }
    var result = new ArrayList<>(defined.values());
    found.stream().filter(f -> !f.isDefined()).findFirst().ifPresent(result::add);
    return result;
  }

  /// The functions that are here and whose names match a pattern, where `*` is any text and `?` one
  /// character, each address once, in the order of addresses. Code that only chooses a function is
  /// not among them.
  ///
  /// @throws MalformedObjectException where the names take 256 MB or more
  public List<Function> matching(String pattern) {
    var glob = new Glob(pattern);
    var found = new LinkedHashMap<Long, Function>();
    for (var function : defined()) {
      if (!function.isIndirect() && glob.matches(function.name())) {
        found.putIfAbsent(function.address(), function);
      }
    }
    return found.values().stream()
        .sorted((a, b) -> Long.compareUnsigned(a.address(), b.address()))
        .toList();
  }

  /// The names of the functions that are here, each once, without versions.
  ///
  /// @throws MalformedObjectException where they take 256 MB or more
  public List<String> names() {
    return defined().stream().map(Function::name).distinct().toList();
  }

  private List<Function> defined() {
    var found = new ArrayList<Function>();
    long bytes = 0;
    for (var table : tables) {
      for (int i = 0; i < table.size(); i++) {
        bytes += table.nameLength(i);
        if (bytes > MOST_NAME_BYTES) {
          throw new MalformedObjectException(
              file,
              "",
              0,
              "the names of the functions take more than " + MOST_NAME_BYTES + " bytes together");
        }
        var function = table.function(i);
        if (function.isDefined() && !function.name().isEmpty()) {
          found.add(function);
        }
      }
    }
    return found;
  }
}
