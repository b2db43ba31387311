package org.ebpf4j.object;

import java.util.List;
import java.util.Map;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Relocation;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.error.RelocationException;

/// Which map a symbol stands for: a definition in a map section, or a variable in a data section.
final class References {
  private final ElfFile elf;
  private final List<MapReader.SymbolMap> maps;
  private final Map<Integer, MapSpec> dataMaps;

  References(ElfFile elf, List<MapReader.SymbolMap> maps, Map<Integer, MapSpec> dataMaps) {
    this.elf = elf;
    this.maps = maps;
    this.dataMaps = dataMaps;
  }

  /// The symbol of a relocation at `slot` of `section`, which must be defined in this file.
  Symbol defined(Section section, int slot, Relocation relocation) {
    var symbol = elf.symbols().get(relocation.symbol());
    if (symbol.section() == 0 || symbol.section() >= elf.sections().size()) {
      throw new RelocationException(
          symbol.name(),
          where(section, slot)
              + " refers to '"
              + symbol.name()
              + "', which the object does not define; a map or function of that name is missing, or it is a symbol of"
              + " the kernel, which this release does not resolve");
    }
    return symbol;
  }

  /// The map that `symbol` stands for, in the load at `slot` of `section` (at `place` of the
  /// program) that holds `addend`.
  MapReference map(Section section, int slot, int place, Symbol symbol, int addend) {
    var data = dataMaps.get(symbol.section());
    if (data != null) {
      var offset = symbol.value() + addend;
      return new MapReference(place, data.name(), true, (int) offset);
    }
    for (var map : maps) {
      if (map.section() == symbol.section() && map.offset() == symbol.value() + addend) {
        return new MapReference(place, map.spec().name(), false, 0);
      }
    }
    throw new RelocationException(
        symbol.name(),
        where(section, slot)
            + " refers to '"
            + symbol.name()
            + "' in section "
            + elf.sections().get(symbol.section()).name()
            + ", which is neither a map nor in .data, .rodata or .bss");
  }

  private String where(Section section, int slot) {
    return elf.file()
        + ", section "
        + section.name()
        + ", instruction "
        + slot
        + " (offset 0x"
        + Long.toHexString(slot * 8L)
        + ")";
  }
}
