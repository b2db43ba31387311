package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.elf.Relocation;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;

/// Reads the maps that an object defines: by BTF in section `.maps`, or by plain numbers in the
/// legacy section `maps`.
final class MapReader {
  /// A map and the symbol that code refers to it by.
  record SymbolMap(MapSpec spec, int section, long offset) {}

  private static final int MAX_SLOTS = 1 << 20;

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
      var draft = new MapSpec.Builder(symbol.name());
      draft.type = data.s32(at);
      draft.keySize = legacySize(data, at + 4, symbol);
      draft.valueSize = legacySize(data, at + 8, symbol);
      draft.maxEntries = data.u32(at + 12);
      draft.flags = size >= 20 ? data.s32(at + 16) : 0;
      draft.legacyWords = extra ? words : List.of();
      maps.add(new SymbolMap(draft.spec(), section.index(), at));
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
    var symbols = symbolsIn(section);
    var defined = new ArrayList<Defined>();
    for (var entry : variables.variables()) {
      if (!(types.type(entry.variable()) instanceof BtfType.Variable variable)) {
        throw data.malformed(0, "BTF type " + entry.variable() + " in .maps is no variable");
      }
      var symbol =
          symbols.stream()
              .filter(s -> s.name().equals(variable.name()))
              .findFirst()
              .orElseThrow(() -> data.malformed(0, "map '" + variable.name() + "' has no symbol"));
      var draft = define(section, types, variable.name(), variable.type(), 0);
      defined.add(new Defined(draft, symbol.value(), entry.size(), variable.type()));
    }
    // The compiler lists them in an order of its own.
    defined.sort(Comparator.comparingLong(Defined::offset));
    for (var relocation : elf.relocations(section)) {
      fillSlot(section, types, defined, relocation);
    }
    defined.forEach(d -> maps.add(new SymbolMap(d.draft().spec(), section.index(), d.offset())));
  }

  /// A map on the way: where its variable stands and of which type it is.
  private record Defined(MapSpec.Builder draft, long offset, long size, int type) {}

  /// A pointer to a map or a program among the initial `values` of a map.
  private void fillSlot(Section section, Btf types, List<Defined> maps, Relocation relocation) {
    var data = section.data();
    var at = relocation.offset();
    var map =
        maps.stream()
            .filter(d -> at >= d.offset() && at <= d.offset() + d.size() - 8)
            .findFirst()
            .orElseThrow(() -> data.malformed(at, "an initial value that belongs to no map"));
    var draft = map.draft();
    var symbol = elf.symbols().get(relocation.symbol());
    var members =
        types.type(types.resolve(map.type())) instanceof BtfType.Struct struct
            ? struct.members()
            : List.<BtfType.Member>of();
    if (members.isEmpty() || !members.getLast().name().equals("values")) {
      throw data.malformed(
          at, "map '" + draft.name + "' has initial values, but no field 'values' at its end");
    }
    var place = at - map.offset() - members.getLast().bitOffset() / 8;
    if (place < 0 || place % 8 != 0 || place / 8 > MAX_SLOTS) {
      throw data.malformed(at, "initial value of map '" + draft.name + "' at no slot of it");
    }
    if (isMapInMap(draft.type)) {
      if (symbol.section() != section.index()
          || maps.stream().noneMatch(d -> d.draft().name.equals(symbol.name()))) {
        throw data.malformed(
            at,
            "map '" + draft.name + "' should hold '" + symbol.name() + "', which is no map",
            "put the address of a map of SEC(\".maps\") there");
      }
      if (draft.type == MapType.HASH_OF_MAPS.number() && draft.keySize != 4) {
        throw data.malformed(
            at,
            "map '"
                + draft.name
                + "' has initial values by number, but keys of "
                + draft.keySize
                + " bytes, where 4 were expected",
            "make the key __type(key, __u32), or fill the map at run time");
      }
    } else if (draft.type == MapType.PROG_ARRAY.number()) {
      var home = elf.sections().get(Math.min(symbol.section(), elf.sections().size() - 1));
      if (symbol.type() != Symbol.FUNCTION
          || home.index() != symbol.section()
          || !home.executable()
          || home.name().equals(".text")) {
        throw data.malformed(
            at,
            "map '" + draft.name + "' should hold '" + symbol.name() + "', which is no program",
            "put the address of a function with a section of its own there, such as SEC(\"xdp\")");
      }
    } else {
      throw data.malformed(
          at,
          "map '" + draft.name + "' has initial values, but holds no maps or programs",
          "fill it at run time, or make it a variable");
    }
    var slots = new java.util.TreeMap<>(draft.slots);
    slots.put((int) (place / 8), symbol.name());
    draft.slots = slots;
  }

  private static final List<String> FIELDS =
      List.of(
          "type",
          "max_entries",
          "map_flags",
          "map_extra",
          "numa_node",
          "key",
          "key_size",
          "value",
          "value_size",
          "pinning",
          "values");

  private static final String VALUES = "declare them so: __array(values, struct { … })";

  private static boolean isMapInMap(int type) {
    return type == MapType.ARRAY_OF_MAPS.number() || type == MapType.HASH_OF_MAPS.number();
  }

  private MapSpec.Builder define(Section section, Btf types, String name, int type, int depth) {
    var data = section.data();
    if (!(types.type(types.resolve(type)) instanceof BtfType.Struct struct)) {
      throw data.malformed(
          0,
          "map '" + name + "' is not defined by a struct",
          "define it as struct { __uint(type, …); … } " + name + " SEC(\".maps\")");
    }
    if (depth > 1) {
      throw data.malformed(
          0,
          "map '" + name + "' holds maps that hold maps",
          "let what is inside hold no maps: the kernel has one level of them");
    }
    var draft = new MapSpec.Builder(name);
    for (var member : struct.members()) {
      var what = "field '" + member.name() + "' of map '" + name + "'";
      switch (member.name()) {
        case "type" -> draft.type = (int) number(data, types, member, what);
        case "max_entries" -> draft.maxEntries = number(data, types, member, what);
        case "map_flags" -> draft.flags |= (int) number(data, types, member, what);
        case "map_extra" -> draft.extra = number(data, types, member, what);
        case "numa_node" -> {
          draft.numaNode = (int) number(data, types, member, what);
          draft.flags |= MapSpec.NUMA_NODE;
        }
        case "key_size" ->
            draft.keySize =
                agreed(
                    data,
                    what,
                    draft.keySize,
                    size(data, 0, number(data, types, member, what), what));
        case "value_size" ->
            draft.valueSize =
                agreed(
                    data,
                    what,
                    draft.valueSize,
                    size(data, 0, number(data, types, member, what), what));
        case "key" -> {
          draft.keyType = pointee(data, types, member, what);
          draft.keySize =
              agreed(data, what, draft.keySize, sizeOf(data, types, draft.keyType, what));
        }
        case "value" -> {
          draft.valueType = pointee(data, types, member, what);
          draft.valueSize =
              agreed(data, what, draft.valueSize, sizeOf(data, types, draft.valueType, what));
        }
        case "pinning" -> {
          var pinning = number(data, types, member, what);
          if (depth > 0) {
            throw data.malformed(
                0, what + ": a map inside others has no pin of its own", "leave it out");
          }
          if (pinning > 1) {
            throw data.malformed(
                0,
                what + " is " + pinning + ", where 0 or 1 was expected",
                "make it LIBBPF_PIN_BY_NAME, which is 1, or leave it out");
          }
          draft.pinByName = pinning == 1;
        }
        case "values" -> {
          // An array of pointers, to maps of one kind or to programs; each slot holds a descriptor.
          if (!isMapInMap(draft.type) && draft.type != MapType.PROG_ARRAY.number()) {
            throw data.malformed(
                0,
                what + ": only maps of maps and of programs have values",
                "put a type before it: BPF_MAP_TYPE_ARRAY_OF_MAPS, BPF_MAP_TYPE_HASH_OF_MAPS or"
                    + " BPF_MAP_TYPE_PROG_ARRAY");
          }
          draft.valueSize = agreed(data, what, draft.valueSize, 4);
          draft.inner = inner(section, types, name, member, depth);
        }
        default ->
            throw data.malformed(
                0, what + " is unknown", "use those that there are: " + String.join(", ", FIELDS));
      }
    }
    if (draft.type == 0) {
      throw data.malformed(
          0, "map '" + name + "' is of no type", "give it one: __uint(type, BPF_MAP_TYPE_…)");
    }
    sizesOfBuffer(draft, types);
    return draft;
  }

  /// What the kernel is told of ring and perf buffers. A type of their values says what the events
  /// are, not what the kernel stores: a ring stores no values, and a perf buffer a descriptor for
  /// each CPU.
  private static void sizesOfBuffer(MapSpec.Builder draft, Btf types) {
    if (draft.type == MapType.RINGBUF.number() || draft.type == MapType.USER_RINGBUF.number()) {
      draft.keySize = draft.keyType == 0 ? draft.keySize : 0;
      draft.valueSize = draft.valueType == 0 ? draft.valueSize : 0;
    } else if (draft.type == MapType.PERF_EVENT_ARRAY.number()) {
      var typed =
          draft.valueType != 0
              && types.type(types.resolve(draft.valueType)) instanceof BtfType.Struct;
      draft.keySize = draft.keySize == 0 ? Integer.BYTES : draft.keySize;
      draft.valueSize = typed || draft.valueSize == 0 ? Integer.BYTES : draft.valueSize;
    }
  }

  /// A size that is said twice is said alike.
  private static int agreed(FileBytes data, String what, int before, int size) {
    if (before != 0 && before != size) {
      throw data.malformed(
          0,
          what + " says " + size + " bytes, another field " + before,
          "leave one of them out; what maps of maps or of programs hold has 4 bytes");
    }
    return size;
  }

  private Optional<MapSpec> inner(
      Section section, Btf types, String name, BtfType.Member member, int depth) {
    var data = section.data();
    if (!(types.type(types.resolve(member.type())) instanceof BtfType.Array array)
        || !(types.type(types.resolve(array.element())) instanceof BtfType.Pointer pointer)) {
      throw data.malformed(
          0, "field 'values' of map '" + name + "' is no array of pointers", VALUES);
    }
    return switch (types.type(types.resolve(pointer.target()))) {
      case BtfType.Struct _ ->
          Optional.of(define(section, types, name + ".inner", pointer.target(), depth + 1).spec());
      case BtfType.Prototype _ -> Optional.empty();
      default ->
          throw data.malformed(
              0, "field 'values' of map '" + name + "' holds neither maps nor programs", VALUES);
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
    throw data.malformed(
        0,
        what + " is no number in the form of __uint()",
        "write it so: __uint(" + member.name() + ", 1)");
  }

  private static int pointee(FileBytes data, Btf types, BtfType.Member member, String what) {
    if (types.type(types.resolve(member.type())) instanceof BtfType.Pointer pointer) {
      return pointer.target();
    }
    throw data.malformed(
        0,
        what + " is no type in the form of __type()",
        "write it so: __type(" + member.name() + ", __u32)");
  }

  private static int sizeOf(FileBytes data, Btf types, int type, String what) {
    return size(data, 0, types.size(type), what);
  }

  private static int size(FileBytes data, long at, long size, String what) {
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw data.malformed(
          at,
          what + " is " + Long.toUnsignedString(size) + ", more than a map takes",
          "make it smaller");
    }
    return (int) size;
  }
}
