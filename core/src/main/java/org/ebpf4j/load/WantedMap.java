package org.ebpf4j.load;

import java.util.Optional;
import org.ebpf4j.object.MapSpec;

/// What a map is to be, as the kernel was asked for it.
///
/// @param name its name in the object
/// @param type the number of its type
/// @param keySize the bytes in a key
/// @param valueSize the bytes in a value
/// @param maxEntries its size
/// @param flags `BPF_F_*`
/// @param numaNode the node whose memory it wants, where its flags say so
/// @param innerType the number of the type of the maps inside, where it says what they are
/// @param types whether it has BTF types of its keys and values
public record WantedMap(
    String name,
    int type,
    int keySize,
    int valueSize,
    long maxEntries,
    int flags,
    int numaNode,
    Optional<Integer> innerType,
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
        spec.numaNode(),
        spec.inner().map(MapSpec::type),
        spec.keyType() != 0 && spec.valueType() != 0);
  }
}
