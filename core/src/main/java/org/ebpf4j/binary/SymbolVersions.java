package org.ebpf4j.binary;

import java.util.HashMap;
import java.util.Map;
import org.ebpf4j.elf.FileBytes;

/// The versions of dynamic symbols: what a library defines and what it needs of others
/// (`.gnu.version`, `.gnu.version_d`, `.gnu.version_r`).
final class SymbolVersions {
  /// Numbers below say that a symbol is local (0) or has no version (1).
  private static final int FIRST = 2;

  private static final int HIDDEN = 0x8000;
  private static final int BASE = 1;

  /// The bytes of an entry. More entries than fit, or more text, are made to fill memory or time.
  private static final int ENTRY_SIZE = 16;

  private static final int MOST_NAME_BYTES = 1 << 20;

  private final FileBytes numbers;
  private int nameBytes;
  private final Map<Integer, String> names = new HashMap<>();

  SymbolVersions(FileBytes numbers) {
    this.numbers = numbers;
  }

  /// Reads the versions that the file defines.
  ///
  /// @param count how many there are
  void readDefined(FileBytes defined, FileBytes strings, int count) {
    long at = 0;
    for (int i = 0; i < count; i++) {
      var isBase = (defined.u16(at + 2) & BASE) != 0;
      var number = defined.u16(at + 4);
      if (!isBase && defined.u16(at + 6) > 0) {
        put(number, strings.string(defined.u32(at + defined.u32(at + 12))), defined);
      }
      var next = defined.u32(at + 16);
      if (next == 0) {
        return;
      }
      at += next;
    }
  }

  /// Reads the versions that the file wants of libraries.
  ///
  /// @param count how many libraries there are
  void readNeeded(FileBytes needed, FileBytes strings, int count) {
    long at = 0;
    var budget = needed.size() / ENTRY_SIZE;
    for (int i = 0; i < count; i++) {
      var entries = needed.u16(at + 2);
      var entry = at + needed.u32(at + 8);
      for (int j = 0; j < entries; j++) {
        if (--budget < 0) {
          throw needed.malformed(entry, "more versions than fit into the section");
        }
        put(needed.u16(entry + 6) & ~HIDDEN, strings.string(needed.u32(entry + 8)), needed);
        var next = needed.u32(entry + 12);
        if (next == 0) {
          break;
        }
        entry += next;
      }
      var next = needed.u32(at + 12);
      if (next == 0) {
        return;
      }
      at += next;
    }
  }

  private void put(int number, String name, FileBytes where) {
    nameBytes += name.length();
    if (nameBytes > MOST_NAME_BYTES) {
      throw where.malformed(0, "the names of the versions take more than a megabyte");
    }
    names.put(number, name);
  }

  /// The version of a symbol; empty where it has none.
  String of(int symbol) {
    var number = number(symbol) & ~HIDDEN;
    return number < FIRST ? "" : names.getOrDefault(number, "");
  }

  /// Whether a symbol is what its name without a version stands for.
  boolean isDefault(int symbol) {
    return (number(symbol) & HIDDEN) == 0;
  }

  private int number(int symbol) {
    return 2L * symbol + 2 > numbers.size() ? 1 : numbers.u16(2L * symbol);
  }
}
