package org.ebpf4j.object;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A map that is to be created.
///
/// @param name its name in the object; the kernel's is derived from it
/// @param type the number of its type, see [MapType]
/// @param keySize bytes in a key
/// @param valueSize bytes in a value; per-CPU maps have so many for each possible CPU
/// @param maxEntries how many entries it can hold; for ring buffers, its size in bytes
/// @param flags `BPF_F_*` of `MAP_CREATE`
/// @param extra `map_extra`, whose meaning depends on the type
/// @param numaNode the NUMA node to create it on; used where `flags` has `BPF_F_NUMA_NODE`
/// @param pinByName whether the object asks for it to be shared by a pin of its name
/// @param inner what maps inside this one look like
/// @param content what its first value holds from the start: the image of a data section; empty
///   where it is all zeroes, as the kernel makes it. For an arena, the image of its variables
/// @param frozen whether it is frozen once it has its content, so that nobody changes it
/// @param legacyWords what follows the five words of a legacy definition, of which this library
///   knows nothing
/// @param keyType the BTF type of a key in the object's types, or 0
/// @param valueType the BTF type of a value in the object's types, or 0; for the map of a data
///   section, that section
/// @param create whether it is created with its object without being asked for
/// @param slots what the first slots hold from the start: the names of maps, or, in an array of
///   programs, of programs; by index
/// @param structOps what a `struct_ops` map is filled with
/// @param exclusiveProgram the only program of the object that the kernel lets use it
public record MapSpec(
    String name,
    int type,
    int keySize,
    int valueSize,
    long maxEntries,
    int flags,
    long extra,
    int numaNode,
    boolean pinByName,
    Optional<MapSpec> inner,
    Optional<Bytes> content,
    boolean frozen,
    List<Integer> legacyWords,
    int keyType,
    int valueType,
    boolean create,
    Map<Integer, String> slots,
    Optional<StructOps> structOps,
    Optional<String> exclusiveProgram) {
  /// Memory on a NUMA node of choice (`BPF_F_NUMA_NODE`).
  public static final int NUMA_NODE = 1 << 2;

  /// Programs may only read it (`BPF_F_RDONLY_PROG`).
  public static final int RDONLY_PROG = 1 << 7;

  /// It can be mapped into memory (`BPF_F_MMAPABLE`).
  public static final int MMAPABLE = 1 << 10;

  /// A `struct_ops` map is put to work by a link (`BPF_F_LINK`).
  public static final int LINK = 1 << 13;

  public MapSpec {
    legacyWords = List.copyOf(legacyWords);
    slots = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(slots));
  }

  /// A plain map.
  public static MapSpec of(String name, MapType type, int keySize, int valueSize, long maxEntries) {
    var draft = new Builder(name);
    draft.type = type.number();
    draft.keySize = keySize;
    draft.valueSize = valueSize;
    draft.maxEntries = maxEntries;
    return draft.spec();
  }

  /// The same map with room for another number of entries.
  public MapSpec withMaxEntries(long entries) {
    return with(d -> d.maxEntries = entries);
  }

  /// The same map with values of another size, in bytes.
  public MapSpec withValueSize(int size) {
    return with(d -> d.valueSize = size);
  }

  /// The same map as another type.
  public MapSpec withType(MapType other) {
    return with(d -> d.type = other.number());
  }

  /// The same map with other flags (`BPF_F_*`).
  public MapSpec withFlags(int other) {
    return with(d -> d.flags = other);
  }

  /// The same map with another `map_extra`.
  public MapSpec withExtra(long other) {
    return with(d -> d.extra = other);
  }

  /// The same map on a NUMA node.
  public MapSpec withNumaNode(int node) {
    return with(d -> {
      d.numaNode = node;
      d.flags |= NUMA_NODE;
    });
  }

  /// The same map for maps like `other`.
  public MapSpec withInner(MapSpec other) {
    return with(d -> d.inner = Optional.of(other));
  }

  /// The same map, created with its object or not. Where it is not, a program that reaches an
  /// instruction that refers to it is rejected.
  public MapSpec withCreate(boolean wanted) {
    return with(d -> d.create = wanted);
  }

  /// The same map, shared by a pin of its name or not.
  public MapSpec withPinByName(boolean wanted) {
    return with(d -> d.pinByName = wanted);
  }

  /// The same map for one program of its object only: the kernel, since 6.18, refuses every program
  /// with other instructions that wants to use it.
  public MapSpec withExclusiveProgram(String program) {
    return with(d -> d.exclusiveProgram = Optional.of(program));
  }

  /// The same map with another first value.
  ///
  /// @throws IllegalArgumentException where it is longer than a value
  public MapSpec withContent(byte[] image) {
    if (image.length > valueSize) {
      throw new IllegalArgumentException(
          "map '" + name + "' has values of " + valueSize + " bytes, not " + image.length);
    }
    return with(d -> d.content = Optional.of(Bytes.of(image)));
  }

  /// The same map of functions with those of one program only.
  ///
  /// @throws IllegalStateException where it holds no functions for the kernel to call
  public MapSpec onlyWith(String program) {
    var ops =
        structOps.orElseThrow(
            () -> new IllegalStateException("map '" + name + "' holds no functions"));
    var kept = new TreeMap<>(ops.programs());
    kept.values().removeIf(p -> !p.equals(program));
    return with(d -> d.structOps = Optional.of(new StructOps(ops.type(), ops.content(), kept)));
  }

  /// Whether it is the map of a data section: of variables.
  public boolean isData() {
    return name.startsWith(".") && type == MapType.ARRAY.number();
  }

  MapSpec with(Consumer<Builder> change) {
    var draft = new Builder(this);
    change.accept(draft);
    return draft.spec();
  }

  /// The type's label, such as `percpu_array`.
  public String typeLabel() {
    return MapType.label(type);
  }

  /// Starts a map of a type. What is not set is 0, empty or false; it is created with its object.
  public static Builder builder(String name, MapType type) {
    var builder = new Builder(name);
    builder.type = type.number();
    return builder;
  }

  /// A builder with all that this map has.
  public Builder toBuilder() {
    return new Builder(this);
  }

  /// A map while it is put together. Not for several threads.
  public static final class Builder {
    String name;
    int type;
    int keySize;
    int valueSize;
    long maxEntries;
    int flags;
    long extra;
    int numaNode;
    boolean pinByName;
    Optional<MapSpec> inner = Optional.empty();
    Optional<Bytes> content = Optional.empty();
    boolean frozen;
    List<Integer> legacyWords = List.of();
    int keyType;
    int valueType;
    boolean create = true;
    Map<Integer, String> slots = Map.of();
    Optional<StructOps> structOps = Optional.empty();
    Optional<String> exclusiveProgram = Optional.empty();

    Builder(String name) {
      this.name = name;
    }

    Builder(MapSpec from) {
      this(from.name);
      type = from.type;
      keySize = from.keySize;
      valueSize = from.valueSize;
      maxEntries = from.maxEntries;
      flags = from.flags;
      extra = from.extra;
      numaNode = from.numaNode;
      pinByName = from.pinByName;
      inner = from.inner;
      content = from.content;
      frozen = from.frozen;
      legacyWords = from.legacyWords;
      keyType = from.keyType;
      valueType = from.valueType;
      create = from.create;
      slots = from.slots;
      structOps = from.structOps;
      exclusiveProgram = from.exclusiveProgram;
    }

    /// Bytes in a key.
    public Builder keySize(int other) {
      keySize = other;
      return this;
    }

    /// Bytes in a value.
    public Builder valueSize(int other) {
      valueSize = other;
      return this;
    }

    /// How many entries it can hold; for ring buffers, its size in bytes.
    public Builder maxEntries(long other) {
      maxEntries = other;
      return this;
    }

    /// The flags of `MAP_CREATE` (`BPF_F_*`).
    public Builder flags(int other) {
      flags = other;
      return this;
    }

    /// `map_extra`, whose meaning depends on the type.
    public Builder extra(long other) {
      extra = other;
      return this;
    }

    /// Whether it is shared by a pin of its name.
    public Builder pinByName(boolean other) {
      pinByName = other;
      return this;
    }

    /// Whether it is frozen once it has its content.
    public Builder frozen(boolean other) {
      frozen = other;
      return this;
    }

    /// The BTF type of a key in the types of the object, or 0.
    public Builder keyType(int other) {
      keyType = other;
      return this;
    }

    /// The BTF type of a value in the types of the object, or 0.
    public Builder valueType(int other) {
      valueType = other;
      return this;
    }

    /// Whether it is created with its object without being asked for.
    public Builder create(boolean other) {
      create = other;
      return this;
    }

    /// What the first slots hold from the start: the names of maps or programs of the object, by
    /// index.
    public Builder slots(Map<Integer, String> other) {
      slots = other;
      return this;
    }

    /// What maps inside this one look like.
    public Builder inner(MapSpec other) {
      inner = Optional.of(other);
      return this;
    }

    /// What its first value holds from the start.
    public Builder content(byte[] other) {
      content = Optional.of(Bytes.of(other));
      return this;
    }

    /// What a `struct_ops` map is filled with.
    public Builder structOps(StructOps other) {
      structOps = Optional.of(other);
      return this;
    }

    /// The only program of the object that the kernel lets use it.
    public Builder exclusiveProgram(String other) {
      exclusiveProgram = Optional.of(other);
      return this;
    }

    /// The NUMA node to create it on; sets the flag `BPF_F_NUMA_NODE`.
    public Builder numaNode(int node) {
      numaNode = node;
      flags |= NUMA_NODE;
      return this;
    }

    /// The map.
    ///
    /// @throws IllegalArgumentException for a size or number of entries below 0, or content longer
    ///   than a value
    public MapSpec build() {
      if (keySize < 0 || valueSize < 0 || maxEntries < 0) {
        throw new IllegalArgumentException(
            "map '"
                + name
                + "': keys of "
                + keySize
                + " bytes, values of "
                + valueSize
                + ", "
                + maxEntries
                + " entries; none may be below 0");
      }
      if (content.isPresent()
          && content.get().size() > valueSize
          && type != MapType.ARENA.number()) {
        throw new IllegalArgumentException(
            "map '"
                + name
                + "' has values of "
                + valueSize
                + " bytes, not "
                + content.get().size());
      }
      return spec();
    }

    MapSpec spec() {
      return new MapSpec(
          name,
          type,
          keySize,
          valueSize,
          maxEntries,
          flags,
          extra,
          numaNode,
          pinByName,
          inner,
          content,
          frozen,
          legacyWords,
          keyType,
          valueType,
          create,
          slots,
          structOps,
          exclusiveProgram);
    }
  }
}
