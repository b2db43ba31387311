package org.ebpf4j.object;

import java.util.List;
import java.util.Optional;

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
///   where it is all zeroes, as the kernel makes it
/// @param frozen whether it is frozen once it has its content, so that nobody changes it
/// @param legacyWords what follows the five words of a legacy definition, of which this library
///   knows nothing
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
    List<Integer> legacyWords) {
  /// Programs may only read it (`BPF_F_RDONLY_PROG`).
  public static final int RDONLY_PROG = 1 << 7;

  public MapSpec {
    legacyWords = List.copyOf(legacyWords);
  }

  /// A plain map.
  public static MapSpec of(String name, MapType type, int keySize, int valueSize, long maxEntries) {
    return new MapSpec(
        name,
        type.number(),
        keySize,
        valueSize,
        maxEntries,
        0,
        0,
        0,
        false,
        Optional.empty(),
        Optional.empty(),
        false,
        List.of());
  }

  /// The map of a data section, with its image.
  static MapSpec data(String section, Bytes image, boolean readOnly) {
    return data(section, image.size(), Optional.of(image), readOnly);
  }

  /// The map of a data section of so many zeroes.
  static MapSpec zeroes(String section, int size) {
    return data(section, size, Optional.empty(), false);
  }

  private static MapSpec data(String section, int size, Optional<Bytes> content, boolean readOnly) {
    return new MapSpec(
        section,
        MapType.ARRAY.number(),
        4,
        size,
        1,
        readOnly ? RDONLY_PROG : 0,
        0,
        0,
        false,
        Optional.empty(),
        content,
        readOnly,
        List.of());
  }

  /// The same map with room for another number of entries.
  public MapSpec withMaxEntries(long entries) {
    return new MapSpec(
        name,
        type,
        keySize,
        valueSize,
        entries,
        flags,
        extra,
        numaNode,
        pinByName,
        inner,
        content,
        frozen,
        legacyWords);
  }

  /// The type's label, such as `percpu_array`.
  public String typeLabel() {
    return MapType.label(type);
  }
}
