package org.ebpf4j.linux.inspect;

/// What the kernel says of a map (`struct bpf_map_info`).
///
/// @param id its id
/// @param type the number of its type
/// @param keySize bytes in a key
/// @param valueSize bytes in a value, of one CPU for per-CPU maps
/// @param maxEntries how many entries it can hold
/// @param flags `BPF_F_*` it was created with
/// @param name its name, at most 15 bytes
/// @param extra what more its type wanted (`map_extra`), or 0
/// @param device the index of the network device that holds it in place of the kernel, or 0
/// @param types what its keys and values are
public record MapInfo(
    int id,
    int type,
    int keySize,
    int valueSize,
    long maxEntries,
    int flags,
    String name,
    long extra,
    int device,
    Types types) {
  /// The types of a map, as ids in the BTF that it was created with.
  ///
  /// @param btfId the id of the BTF, or 0 where it has none
  /// @param keyType the type of the keys, or 0
  /// @param valueType the type of the values, or 0
  /// @param kernelValueType for a map of operations, the kernel's structure that its value is, or 0
  public record Types(int btfId, int keyType, int valueType, int kernelValueType) {}
}
