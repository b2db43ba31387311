package org.ebpf4j.load;

import org.ebpf4j.object.MapSpec;

/// What a map is to be, as the kernel was asked for it.
///
/// @param name its name in the object
/// @param type the number of its type
/// @param keySize the bytes in a key
/// @param valueSize the bytes in a value
/// @param maxEntries its size
/// @param flags `BPF_F_*`
/// @param inner whether it says what maps are inside
/// @param types whether it has BTF types of its keys and values
public record WantedMap(
    String name,
    int type,
    int keySize,
    int valueSize,
    long maxEntries,
    int flags,
    boolean inner,
    boolean types) {
  /// A map as an object has it.
  public static WantedMap of(MapSpec spec, long maxEntries, int flags) {
    return new WantedMap(
        spec.name(),
        spec.type(),
        spec.keySize(),
        spec.valueSize(),
        maxEntries,
        flags,
        spec.inner().isPresent(),
        spec.keyType() != 0 && spec.valueType() != 0);
  }
}
