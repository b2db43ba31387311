package org.ebpf4j.binary;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.ebpf4j.elf.FileBytes;
import org.jspecify.annotations.Nullable;

/// The functions of one symbol table, in little memory: a library may have hundreds of thousands.
final class FunctionTable {
  private static final int SYMBOL_SIZE = 24;
  private static final int FUNCTION = 2;
  private static final int INDIRECT = 10;
  private static final int WEAK = 2;

  private final FileBytes symbols;
  private final byte[] names;
  private final @Nullable SymbolVersions versions;

  /// The places of functions in the table, and where their names begin.
  private final int[] indexes;

  private final int[] nameStarts;

  /// @param versions the versions of the symbols; null where names have them behind an `@`, or none
  /// @throws org.ebpf4j.error.MalformedObjectException where a name is outside of `strings`
  FunctionTable(FileBytes symbols, FileBytes strings, @Nullable SymbolVersions versions) {
    this.symbols = symbols;
    this.names = strings.copy();
    this.versions = versions;
    if (symbols.size() % SYMBOL_SIZE != 0) {
      throw symbols.malformed(
          symbols.size(), "the symbol table is no whole number of symbols of 24 bytes");
    }
    if (names.length > 0 && names[names.length - 1] != 0) {
      throw strings.malformed(names.length - 1, "the last string has no end");
    }
    var count = symbols.size() / SYMBOL_SIZE;
    var found = new int[count];
    var starts = new int[count];
    var n = 0;
    for (int i = 0; i < count; i++) {
      var at = (long) i * SYMBOL_SIZE;
      var type = symbols.u8(at + 4) & 0xf;
      var isImport = type == 0 && symbols.u16(at + 6) == 0 && symbols.u32(at) != 0;
      if (type == FUNCTION || type == INDIRECT || isImport) {
        var start = symbols.u32(at);
        if (start >= names.length) {
          throw symbols.malformed(
              at, "the name of symbol " + i + " is outside of the string table");
        }
        found[n] = i;
        starts[n++] = (int) start;
      }
    }
    indexes = Arrays.copyOf(found, n);
    nameStarts = Arrays.copyOf(starts, n);
  }

  /// Every function of that name, which is without version, in the order of the table.
  void find(String name, Consumer<Function> sink) {
    var wanted = name.getBytes(StandardCharsets.UTF_8);
    if (wanted.length == 0) {
      return;
    }
    for (int i = 0; i < indexes.length; i++) {
      var from = nameStarts[i];
      var end = from + wanted.length;
      if (end < names.length
          && (names[end] == 0 || (names[end] == '@' && versions == null))
          && Arrays.equals(names, from, end, wanted, 0, wanted.length)) {
        sink.accept(function(i));
      }
    }
  }

  int size() {
    return indexes.length;
  }

  /// How many bytes the name of a function has.
  int nameLength(int i) {
    var end = nameStarts[i];
    while (names[end] != 0) {
      end++;
    }
    return end - nameStarts[i];
  }

  Function function(int i) {
    var index = indexes[i];
    var at = (long) index * SYMBOL_SIZE;
    var text = new String(names, nameStarts[i], nameLength(i), StandardCharsets.UTF_8);
    var version = "";
    var isDefault = true;
    if (versions != null) {
      version = versions.of(index);
      isDefault = versions.isDefault(index);
    } else if (text.indexOf('@') > 0) {
      var sign = text.indexOf('@');
      isDefault = text.startsWith("@@", sign);
      version = text.substring(sign + (isDefault ? 2 : 1));
      text = text.substring(0, sign);
    }
    return new Function(
        text,
        version,
        isDefault,
        symbols.u64(at + 8),
        symbols.u64(at + 16),
        symbols.u16(at + 6) != 0,
        (symbols.u8(at + 4) & 0xf) == INDIRECT,
        symbols.u8(at + 4) >> 4 == WEAK);
  }
}
