package org.ebpf4j.binary;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;
import org.jspecify.annotations.Nullable;

/// Reads the symbol tables of a program file: `.dynsym`, what other files see, first; `.symtab`,
/// which may have been stripped off; and the one packed in `.gnu_debugdata`.
final class FunctionReader {
  static final String PACKED = ".gnu_debugdata";

  /// The most that packed symbols may take: it is xz, in which little can say much.
  private static final int MOST_UNPACKED = 1 << 28;

  private static final int SYMBOLS = 2;
  private static final int DYNAMIC = 6;
  private static final int DYNAMIC_SYMBOLS = 11;
  private static final int VERSIONS_DEFINED = 0x6ffffffd;
  private static final int VERSIONS_NEEDED = 0x6ffffffe;
  private static final int VERSIONS = 0x6fffffff;
  private static final int ENTRY_SIZE = 16;
  private static final int NEEDED = 1;

  private final Binary binary;

  FunctionReader(Binary binary) {
    this.binary = binary;
  }

  Functions read(Optional<SymbolDecompressor> decompressor) {
    var tables = new ArrayList<FunctionTable>();
    ofType(DYNAMIC_SYMBOLS).ifPresent(s -> tables.add(table(s, versions())));
    ofType(SYMBOLS).ifPresent(s -> tables.add(table(s, null)));
    var packed = binary.section(PACKED);
    if (packed.isPresent() && decompressor.isPresent()) {
      var inner = unpack(binary.bytes(packed.get()), decompressor.get());
      var reader = new FunctionReader(inner);
      reader.ofType(SYMBOLS).ifPresent(s -> tables.add(reader.table(s, null)));
    }
    return new Functions(binary.file(), tables);
  }

  private Binary unpack(FileBytes packed, SymbolDecompressor decompressor) {
    try {
      var bytes = decompressor.unpack(packed.copy(), MOST_UNPACKED);
      return Binary.read(binary.file() + " (" + PACKED + ")", ByteSource.of(bytes));
    } catch (IOException e) {
      throw packed.malformed(0, "cannot be unpacked: " + e.getMessage());
    }
  }

  private Optional<BinarySection> ofType(int type) {
    return binary.sections().stream().filter(s -> s.type() == type).findFirst();
  }

  private FunctionTable table(BinarySection section, @Nullable SymbolVersions versions) {
    return new FunctionTable(binary.bytes(section), strings(section), versions);
  }

  private FileBytes strings(BinarySection section) {
    if (section.link() < 0 || section.link() >= binary.sections().size()) {
      throw new MalformedObjectException(
          binary.file(),
          section.name(),
          section.offset(),
          "its strings should be in section " + section.link() + ", which is not there");
    }
    return binary.bytes(binary.sections().get(section.link()));
  }

  private @Nullable SymbolVersions versions() {
    var numbers = ofType(VERSIONS);
    if (numbers.isEmpty()) {
      return null;
    }
    var versions = new SymbolVersions(binary.bytes(numbers.get()));
    ofType(VERSIONS_DEFINED)
        .ifPresent(s -> versions.readDefined(binary.bytes(s), strings(s), s.info()));
    ofType(VERSIONS_NEEDED)
        .ifPresent(s -> versions.readNeeded(binary.bytes(s), strings(s), s.info()));
    return versions;
  }

  List<String> neededLibraries() {
    var section = ofType(DYNAMIC);
    if (section.isEmpty()) {
      return List.of();
    }
    var entries = binary.bytes(section.get());
    var strings = strings(section.get());
    var found = new ArrayList<String>();
    long length = 0;
    for (long at = 0; at + ENTRY_SIZE <= entries.size() && entries.u64(at) != 0; at += ENTRY_SIZE) {
      if (entries.u64(at) == NEEDED) {
        var name = strings.string(entries.u64(at + 8));
        length += name.length();
        if (length > strings.size()) {
          throw entries.malformed(at, "the names of the libraries overlap");
        }
        found.add(name);
      }
    }
    return found;
  }
}
