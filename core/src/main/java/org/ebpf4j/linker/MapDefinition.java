package org.ebpf4j.linker;

import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.elf.FileBytes;

/// What BTF says of a map in section `.maps`, as far as an extern map and its definition must agree
/// on it. Unlike a loader, which may ignore fields that it does not know, a linker takes none.
///
/// @param key the id of the key's type, where it has one
/// @param value the id of the value's type, where it has one
record MapDefinition(
    int type,
    long keySize,
    Optional<Integer> key,
    long valueSize,
    Optional<Integer> value,
    long maxEntries,
    long flags,
    long numaNode,
    long pinning,
    Optional<MapDefinition> inner) {
  private static final int PROGRAM_ARRAY = 3;
  private static final int ARRAY_OF_MAPS = 12;
  private static final int HASH_OF_MAPS = 13;
  private static final int PIN_BY_NAME = 1;

  /// Reads definitions from the types of one file.
  ///
  /// @param data what errors are reported of
  record Reader(FileBytes data, Btf btf) {

    /// The definition of the variable with that id.
    MapDefinition read(BtfType.Variable variable) {
      return read(variable.name(), variable.type(), false);
    }

    private MapDefinition read(String name, int definition, boolean isInner) {
      if (!(btf.type(btf.resolve(definition)) instanceof BtfType.Struct struct)) {
        throw data.malformed(0, "map '" + name + "' is not defined by a struct");
      }
      var fields = new Fields(name, isInner);
      for (int i = 0; i < struct.members().size(); i++) {
        read(fields, struct.members().get(i), i == struct.members().size() - 1);
      }
      if (fields.type == 0) {
        throw data.malformed(0, "map '" + name + "' has no type");
      }
      return new MapDefinition(
          fields.type,
          Math.max(0, fields.keySize),
          fields.key,
          Math.max(0, fields.valueSize),
          fields.value,
          fields.maxEntries,
          fields.flags,
          fields.numaNode,
          fields.pinning,
          fields.inner);
    }

    private void read(Fields fields, BtfType.Member member, boolean last) {
      var what = "field '" + member.name() + "' of map '" + fields.name + "'";
      switch (member.name()) {
        case "type" -> fields.type = (int) number(member, what);
        case "max_entries" -> fields.maxEntries = number(member, what);
        case "map_flags" -> fields.flags = number(member, what);
        case "numa_node" -> fields.numaNode = number(member, what);
        case "key_size" -> fields.keySize = sameSize(fields.keySize, number(member, what), what);
        case "value_size" ->
            fields.valueSize = sameSize(fields.valueSize, number(member, what), what);
        case "key" -> {
          var target = target(member, what);
          fields.keySize = sameSize(fields.keySize, btf.size(target), what);
          fields.key = Optional.of(target);
        }
        case "value" -> {
          var target = target(member, what);
          fields.valueSize = sameSize(fields.valueSize, btf.size(target), what);
          fields.value = Optional.of(target);
        }
        case "values" -> {
          if (!last || fields.isInner) {
            throw data.malformed(0, what + " is not the last of a map that is in no other");
          }
          fields.valueSize = sameSize(fields.valueSize, 4, what);
          fields.inner = inner(fields, member, what);
        }
        case "pinning" -> {
          fields.pinning = number(member, what);
          if (fields.isInner || fields.pinning > PIN_BY_NAME) {
            throw data.malformed(0, what + " is no way to pin a map");
          }
        }
        case "map_extra" -> number(member, what);
        default -> throw data.malformed(0, what + " is unknown");
      }
    }

    private Optional<MapDefinition> inner(Fields fields, BtfType.Member member, String what) {
      var programs = fields.type == PROGRAM_ARRAY;
      if (!programs && fields.type != ARRAY_OF_MAPS && fields.type != HASH_OF_MAPS) {
        throw data.malformed(0, what + " belongs to a map of maps or of programs");
      }
      if (btf.type(member.type()) instanceof BtfType.Array array
          && array.count() == 0
          && btf.type(btf.resolve(array.element())) instanceof BtfType.Pointer pointer) {
        var target = btf.type(btf.resolve(pointer.target()));
        if (programs && target instanceof BtfType.Prototype) {
          return Optional.empty();
        }
        if (!programs && target instanceof BtfType.Struct) {
          return Optional.of(read(fields.name + ".inner", pointer.target(), true));
        }
      }
      throw data.malformed(0, what + " is no array of pointers to what the map holds");
    }

    /// A size that, where another field has said it, is said alike.
    private long sameSize(long known, long size, String what) {
      if (known > 0 && known != size) {
        throw data.malformed(
            0, what + " says " + size + " bytes, where another field says " + known);
      }
      return size;
    }

    /// A number is written as the length of an array that a pointer leads to, or as the only value
    /// of an enumeration.
    private long number(BtfType.Member member, String what) {
      var type = btf.type(btf.resolve(member.type()));
      if (type instanceof BtfType.Pointer pointer
          && btf.type(pointer.target()) instanceof BtfType.Array array) {
        return array.count();
      }
      if (member.name().equals("map_extra")
          && type instanceof BtfType.Enum values
          && values.values().size() == 1) {
        return values.values().getFirst().value();
      }
      throw data.malformed(0, what + " is no number in the form of __uint()");
    }

    private int target(BtfType.Member member, String what) {
      if (btf.type(member.type()) instanceof BtfType.Pointer pointer) {
        return pointer.target();
      }
      throw data.malformed(0, what + " is no type in the form of __type()");
    }
  }

  /// What has been read of a definition so far.
  private static final class Fields {
    private final String name;
    private final boolean isInner;
    private int type;
    private long keySize;
    private Optional<Integer> key = Optional.empty();
    private long valueSize;
    private Optional<Integer> value = Optional.empty();
    private long maxEntries;
    private long flags;
    private long numaNode;
    private long pinning;
    private Optional<MapDefinition> inner = Optional.empty();

    Fields(String name, boolean isInner) {
      this.name = name;
      this.isInner = isInner;
    }
  }

  /// In what this differs from `other`, whose types are the second of `types`; empty where in
  /// nothing.
  Optional<String> difference(MapDefinition other, TypeMatch types) {
    if (type != other.type) {
      return Optional.of("types " + type + " and " + other.type);
    }
    if (keySize != other.keySize) {
      return Optional.of("key sizes " + keySize + " and " + other.keySize);
    }
    if (valueSize != other.valueSize) {
      return Optional.of("value sizes " + valueSize + " and " + other.valueSize);
    }
    if (maxEntries != other.maxEntries) {
      return Optional.of("max_entries " + maxEntries + " and " + other.maxEntries);
    }
    if (flags != other.flags) {
      return Optional.of("map_flags " + flags + " and " + other.flags);
    }
    if (numaNode != other.numaNode) {
      return Optional.of("numa_node " + numaNode + " and " + other.numaNode);
    }
    if (pinning != other.pinning) {
      return Optional.of("pinning " + pinning + " and " + other.pinning);
    }
    return typeDifference("key", key, other.key, types)
        .or(() -> typeDifference("value", value, other.value, types))
        .or(() -> innerDifference(other, types));
  }

  private static Optional<String> typeDifference(
      String what, Optional<Integer> one, Optional<Integer> other, TypeMatch types) {
    if (one.isPresent() != other.isPresent()) {
      return Optional.of("a " + what + " type in one only");
    }
    return one.flatMap(id -> types.difference(id, other.orElseThrow()))
        .map(d -> what + " types with " + d);
  }

  private Optional<String> innerDifference(MapDefinition other, TypeMatch types) {
    if (inner.isPresent() != other.inner.isPresent()) {
      return Optional.of("maps inside in one only");
    }
    return inner
        .flatMap(map -> map.difference(other.inner.orElseThrow(), types))
        .map(d -> "maps inside with " + d);
  }
}
