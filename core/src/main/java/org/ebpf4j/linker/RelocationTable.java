package org.ebpf4j.linker;

import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Relocation;
import org.ebpf4j.elf.Section;

/// Checks of the relocations of an input file.
final class RelocationTable {
  private static final int ENTRY = 16;
  private static final int INSTRUCTION = 8;

  private RelocationTable() {}

  /// Throws where a table is not of the section that its name says, or not of this file's symbols.
  static void check(ElfFile elf, Section table) {
    var data = table.data();
    var target = table.info();
    if (table.entrySize() != ENTRY || data.size() % ENTRY != 0) {
      throw data.malformed(
          0, "relocations of " + table.entrySize() + " bytes, where 16 were expected");
    }
    if (table.link() <= 0
        || table.link() >= elf.sections().size()
        || elf.sections().get(table.link()).type() != ElfFile.SHT_SYMTAB) {
      throw data.malformed(0, "relocations by symbols of section " + table.link());
    }
    if (target <= 0
        || target >= elf.sections().size()
        || !table.name().equals(".rel" + elf.sections().get(target).name())) {
      throw data.malformed(0, "relocations of section " + target + ", which its name does not say");
    }
  }

  /// The relocations in a table.
  static Iterable<Relocation> read(ElfFile elf, Section table) {
    var data = table.data();
    var target = elf.sections().get(table.info());
    var found = new java.util.ArrayList<Relocation>();
    for (long at = 0; at < data.size(); at += ENTRY) {
      var offset = data.u64(at);
      var info = data.u64(at + 8);
      var type = (int) info;
      var symbol = info >>> 32;
      var width =
          switch (type) {
            case Relocation.LOAD_64, Relocation.CALL_32 -> INSTRUCTION;
            case Relocation.DATA_64 -> 8;
            case Relocation.DATA_32 -> 4;
            default -> throw data.malformed(at + 8, "a relocation of unknown type " + type);
          };
      if (symbol == 0 || symbol >= elf.symbols().size()) {
        throw data.malformed(
            at + 8, "relocation against symbol " + symbol + "; there are " + elf.symbols().size());
      }
      if (offset < 0
          || offset > target.size() - width
          || (target.executable() && offset % INSTRUCTION != 0)) {
        throw data.malformed(
            at, "relocation of what is no instruction or value of section '" + target.name() + "'");
      }
      found.add(new Relocation(offset, type, (int) symbol, data.fileOffset(at)));
    }
    return found;
  }
}
