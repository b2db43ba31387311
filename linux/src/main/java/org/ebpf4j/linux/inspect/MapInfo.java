package org.ebpf4j.linux.inspect;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
/// @param use what `/proc` says of it; [Use#UNKNOWN] where it was not asked for
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
    Types types,
    Use use) {
  /// The same, with what `/proc` says of it.
  public MapInfo withUse(Use known) {
    return new MapInfo(
        id, type, keySize, valueSize, maxEntries, flags, name, extra, device, types, known);
  }

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

  /// What the kernel says of a map in `/proc/PID/fdinfo` only.
  ///
  /// @param lockedBytes the memory that is charged for it; empty where the kernel does not say
  /// @param frozen whether nobody may change it any more from outside of programs
  /// @param ownerType for an array of programs, the number of the type of those in it; empty where
  ///   there is none yet
  /// @param ownerJited for an array of programs, whether those in it are machine code
  public record Use(
      OptionalLong lockedBytes, boolean frozen, OptionalInt ownerType, boolean ownerJited) {
    /// Of a map that was not asked about.
    public static final Use UNKNOWN =
        new Use(OptionalLong.empty(), false, OptionalInt.empty(), false);
  }
}
