package org.ebpf4j.linux.inspect;

import java.util.List;
import java.util.Optional;
import org.ebpf4j.object.MapType;

/// What the kernel says of a map (`struct bpf_map_info`).
///
/// @param id its id
/// @param type the number of its type, see [#mapType()]
/// @param keySize bytes in a key
/// @param valueSize bytes in a value, of one CPU for per-CPU maps
/// @param maxEntries how many entries it can hold
/// @param flags `BPF_F_*` it was created with, see [#flagLabels()]
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
  /// Its type; empty for one that this library does not know.
  public Optional<MapType> mapType() {
    return MapType.of(type);
  }

  /// The name of its type, such as `percpu_array`, or `type N` for one that this library does not
  /// know.
  public String typeLabel() {
    return MapType.label(type);
  }

  /// The names of its flags, such as `BPF_F_MMAPABLE`; `0x…` for those that this library does not
  /// know.
  public List<String> flagLabels() {
    return MapFlag.labels(flags);
  }

  /// The types of a map, as ids in the BTF that it was created with.
  ///
  /// @param btfId the id of the BTF, or 0 where it has none
  /// @param keyType the type of the keys, or 0
  /// @param valueType the type of the values, or 0
  /// @param kernelValueType for a map of operations, the kernel's structure that its value is, or 0
  public record Types(int btfId, int keyType, int valueType, int kernelValueType) {}
}
