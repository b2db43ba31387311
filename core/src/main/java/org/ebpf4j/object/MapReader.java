package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;

/// Reads the maps that an object defines: by BTF in section `.maps`, or by plain numbers in the
/// legacy section `maps`.
final class MapReader {
  /// A map and the symbol that code refers to it by.
  record SymbolMap(MapSpec spec, int section, long offset) {}

  private static final int MAX_INNER = 2;

  private final ElfFile elf;
  private final Optional<Btf> btf;

  MapReader(ElfFile elf, Optional<Btf> btf) {
    this.elf = elf;
    this.btf = btf;
  }

  List<SymbolMap> read() {
    var maps = new ArrayList<SymbolMap>();
    for (var section : elf.sections()) {
      if (section.name().equals(".maps") && section.size() > 0) {
        readBtfMaps(section, maps);
      } else if ((section.name().equals("maps") || section.name().startsWith("maps/"))
          && section.type() == ElfFile.SHT_PROGBITS
          && section.size() > 0) {
        readLegacyMaps(section, maps);
      }
    }
    return maps;
  }

  private List<Symbol> symbolsIn(Section section) {
    return elf.symbols().stream()
        .filter(s ->
            s.section() == section.index() && s.type() != Symbol.SECTION && !s.name().isEmpty())
        .sorted(Comparator.comparingLong(Symbol::value))
        .toList();
  }

  /// Legacy definitions are all of one size, which no field says: the section's size by the number
  /// of symbols.
  private void readLegacyMaps(Section section, List<SymbolMap> maps) {
    var symbols = symbolsIn(section);
    var data = section.data();
    if (symbols.isEmpty()) {
      throw data.malformed(0, "map definitions that no symbol names");
    }
    var size = data.size() / symbols.size();
    if (data.size() % symbols.size() != 0 || size < 16 || size % 4 != 0) {
      throw data.malformed(
          0,
          data.size()
              + " bytes for "
              + symbols.size()
              + " maps; definitions of one size were expected, at least 16 bytes each");
    }
    for (var symbol : symbols) {
      var at = symbol.value();
      if (at % size != 0) {
        throw data.malformed(
            at,
            "map '"
                + symbol.name()
                + "' does not start where a definition of "
                + size
                + " bytes does");
      }
      data.check(at, size, "the definition of map '" + symbol.name() + "'");
      var words = new ArrayList<Integer>();
      var extra = false;
      for (int i = 20; i < size; i += 4) {
        words.add(data.s32(at + i));
        extra |= data.s32(at + i) != 0;
      }
      var spec =
          new MapSpec(
              symbol.name(),
              data.s32(at),
              legacySize(data, at + 4, symbol),
              legacySize(data, at + 8, symbol),
              data.u32(at + 12),
              size >= 20 ? data.s32(at + 16) : 0,
              0,
              0,
              false,
              Optional.empty(),
              Optional.empty(),
              false,
              extra ? words : List.of());
      maps.add(new SymbolMap(spec, section.index(), at));
    }
  }

  private static int legacySize(FileBytes data, long at, Symbol symbol) {
    return size(data, at, data.u32(at), "a size of map '" + symbol.name() + "'");
  }

  private void readBtfMaps(Section section, List<SymbolMap> maps) {
    var data = section.data();
    var types =
        btf.orElseThrow(
            () -> data.malformed(0, "maps are defined by BTF, but the object has no .BTF section"));
    var variables =
        types
            .dataSection(".maps")
            .orElseThrow(() -> data.malformed(0, "BTF says nothing of section .maps"));
    if (!elf.relocations(section).isEmpty()) {
      throw data.malformed(0, "initial values of maps, which this release does not fill in");
    }
    var symbols = symbolsIn(section);
    var defined = new ArrayList<SymbolMap>();
    for (var entry : variables.variables()) {
      if (!(types.type(entry.variable()) instanceof BtfType.Variable variable)) {
        throw data.malformed(0, "BTF type " + entry.variable() + " in .maps is no variable");
      }
      var symbol =
          symbols.stream()
              .filter(s -> s.name().equals(variable.name()))
              .findFirst()
              .orElseThrow(() -> data.malformed(0, "map '" + variable.name() + "' has no symbol"));
      var spec = define(section, types, variable.name(), variable.type(), 0);
      defined.add(new SymbolMap(spec, section.index(), symbol.value()));
    }
    // The compiler lists them in an order of its own.
    defined.sort(Comparator.comparingLong(SymbolMap::offset));
    maps.addAll(defined);
  }

  private MapSpec define(Section section, Btf types, String name, int type, int depth) {
    var data = section.data();
    if (!(types.type(types.resolve(type)) instanceof BtfType.Struct struct)) {
      throw data.malformed(0, "map '" + name + "' is not defined by a struct");
    }
    if (depth > MAX_INNER) {
      throw data.malformed(0, "map '" + name + "' holds maps that hold maps");
    }
    int mapType = 0;
    int keySize = 0;
    int valueSize = 0;
    long maxEntries = 0;
    int flags = 0;
    long extra = 0;
    int numaNode = 0;
    var pin = false;
    Optional<MapSpec> inner = Optional.empty();
    for (var member : struct.members()) {
      var what = "field '" + member.name() + "' of map '" + name + "'";
      switch (member.name()) {
        case "type" -> mapType = (int) number(data, types, member, what);
        case "max_entries" -> maxEntries = number(data, types, member, what);
        case "map_flags" -> flags = (int) number(data, types, member, what);
        case "map_extra" -> extra = number(data, types, member, what);
        case "numa_node" -> {
          numaNode = (int) number(data, types, member, what);
          flags |= 1 << 2;
        }
        case "key_size" -> keySize = size(data, 0, number(data, types, member, what), what);
        case "value_size" -> valueSize = size(data, 0, number(data, types, member, what), what);
        case "key" -> keySize = sizeOf(data, types, pointee(data, types, member, what), what);
        case "value" -> valueSize = sizeOf(data, types, pointee(data, types, member, what), what);
        case "pinning" -> pin = number(data, types, member, what) != 0;
        case "values" -> {
          // An array of pointers, to maps of one kind or to programs; each slot holds a descriptor.
          valueSize = 4;
          keySize = keySize == 0 ? 4 : keySize;
          inner = inner(section, types, name, member, depth);
        }
        default -> throw data.malformed(0, what + " is unknown");
      }
    }
    return new MapSpec(
        name,
        mapType,
        keySize,
        valueSize,
        maxEntries,
        flags,
        extra,
        numaNode,
        pin,
        inner,
        Optional.empty(),
        false,
        List.of());
  }

  private Optional<MapSpec> inner(
      Section section, Btf types, String name, BtfType.Member member, int depth) {
    var data = section.data();
    if (!(types.type(types.resolve(member.type())) instanceof BtfType.Array array)
        || !(types.type(types.resolve(array.element())) instanceof BtfType.Pointer pointer)) {
      throw data.malformed(0, "field 'values' of map '" + name + "' is no array of pointers");
    }
    return switch (types.type(types.resolve(pointer.target()))) {
      case BtfType.Struct _ ->
          Optional.of(define(section, types, name + ".inner", pointer.target(), depth + 1));
      case BtfType.Prototype _ -> Optional.empty();
      default ->
          throw data.malformed(
              0, "field 'values' of map '" + name + "' holds neither maps nor programs");
    };
  }

  /// A number is written as the length of an array that a pointer leads to.
  private static long number(FileBytes data, Btf types, BtfType.Member member, String what) {
    if (types.type(types.resolve(member.type())) instanceof BtfType.Pointer pointer
        && types.type(pointer.target()) instanceof BtfType.Array array) {
      return array.count();
    }
    if (types.type(types.resolve(member.type())) instanceof BtfType.Enum values
        && values.values().size() == 1) {
      return values.values().getFirst().value();
    }
    throw data.malformed(0, what + " is no number in the form of __uint()");
  }

  private static int pointee(FileBytes data, Btf types, BtfType.Member member, String what) {
    if (types.type(types.resolve(member.type())) instanceof BtfType.Pointer pointer) {
      return pointer.target();
    }
    throw data.malformed(0, what + " is no type in the form of __type()");
  }

  private static int sizeOf(FileBytes data, Btf types, int type, String what) {
    return size(data, 0, types.size(type), what);
  }

  private static int size(FileBytes data, long at, long size, String what) {
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw data.malformed(at, what + " is " + size + ", more than a map takes");
    }
    return (int) size;
  }
}
