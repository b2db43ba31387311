package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import org.ebpf4j.object.Bytes;

/// What `MAP_CREATE` is given.
///
/// @param type the number of the map type
/// @param keySize bytes in a key
/// @param valueSize bytes in a value
/// @param maxEntries how many entries it can hold, up to 2^32 - 1
/// @param flags `BPF_F_*`; those of a token and of a module's BTF are set with these
/// @param innerFd for a map of maps, a map like those that it will hold, or 0
/// @param numaNode the node to allocate on, where the flags say so
/// @param name at most 15 characters of `[A-Za-z0-9_.]`
/// @param extra what more the type of map wants (`map_extra`), or 0
/// @param types what its keys and values are
/// @param tokenFd the descriptor of a token that stands for privileges, or 0
/// @param programHash the SHA-256 of the one program that may use it, or no bytes
public record MapCreate(
    int type,
    int keySize,
    int valueSize,
    long maxEntries,
    int flags,
    int innerFd,
    int numaNode,
    String name,
    long extra,
    Types types,
    int tokenFd,
    Bytes programHash) {
  private static final int VALUE_TYPE_BTF_OBJ_FD = 1 << 15;

  /// The types of keys and values.
  ///
  /// @param fd the descriptor of the BTF that has the next two, or 0
  /// @param keyType the type of the keys, or 0
  /// @param valueType the type of the values, or 0
  /// @param kernelValueType for a map of operations, the kernel's structure that its value is, or 0
  /// @param moduleFd the descriptor of the BTF of the module that has this structure, or 0 where
  ///   the kernel itself has it
  public record Types(int fd, int keyType, int valueType, int kernelValueType, int moduleFd) {
    /// No types.
    public static final Types NONE = new Types(0, 0, 0, 0, 0);

    /// Whether there are none. Comparing records would be linked first, at the first map.
    boolean isNone() {
      return fd == 0 && keyType == 0 && valueType == 0 && kernelValueType == 0 && moduleFd == 0;
    }

    /// Types of an object's own BTF.
    public static Types of(int fd, int keyType, int valueType) {
      return new Types(fd, keyType, valueType, 0, 0);
    }

    /// The same without those of the object's own BTF.
    public Types kernelsOnly() {
      return new Types(0, 0, 0, kernelValueType, moduleFd);
    }
  }

  /// A map with nothing but what each has.
  public static MapCreate of(int type, int keySize, int valueSize, long maxEntries, String name) {
    return new MapCreate(
        type, keySize, valueSize, maxEntries, 0, 0, 0, name, 0, Types.NONE, 0, Bytes.EMPTY);
  }

  /// The same with other flags.
  public MapCreate withFlags(int other) {
    return new MapCreate(
        type,
        keySize,
        valueSize,
        maxEntries,
        other,
        innerFd,
        numaNode,
        name,
        extra,
        types,
        tokenFd,
        programHash);
  }

  /// The same with other types.
  public MapCreate withTypes(Types other) {
    return new MapCreate(
        type,
        keySize,
        valueSize,
        maxEntries,
        flags,
        innerFd,
        numaNode,
        name,
        extra,
        other,
        tokenFd,
        programHash);
  }

  /// The same with another token.
  public MapCreate withToken(int other) {
    return new MapCreate(
        type,
        keySize,
        valueSize,
        maxEntries,
        flags,
        innerFd,
        numaNode,
        name,
        extra,
        types,
        other,
        programHash);
  }

  /// The same for all programs.
  public MapCreate withoutProgramHash() {
    return new MapCreate(
        type,
        keySize,
        valueSize,
        maxEntries,
        flags,
        innerFd,
        numaNode,
        name,
        extra,
        types,
        tokenFd,
        Bytes.EMPTY);
  }

  Attr attr(Arena arena) {
    var allFlags =
        flags
            | (types.moduleFd() != 0 ? VALUE_TYPE_BTF_OBJ_FD : 0)
            | (tokenFd != 0 ? Bpf.TOKEN_FD : 0);
    var size = size();
    var attr =
        new Attr(arena, size)
            .u32(0, type)
            .u32(4, keySize)
            .u32(8, valueSize)
            .u32(12, (int) maxEntries)
            .u32(16, allFlags)
            .u32(20, innerFd)
            .u32(24, numaNode)
            .name(28, name);
    if (size >= 64) {
      attr.u32(48, types.fd())
          .u32(52, types.keyType())
          .u32(56, types.valueType())
          .u32(60, types.kernelValueType());
    }
    if (size >= 72) {
      attr.u64(64, extra);
    }
    if (size >= 80) {
      attr.u32(72, types.moduleFd()).u32(76, tokenFd);
    }
    if (size >= 92) {
      attr.bytes(80, programHash.toArray()).u32(88, programHash.size());
    }
    return attr;
  }

  /// As far as the fields in use go.
  private int size() {
    if (programHash.size() > 0) {
      return 92;
    }
    if (tokenFd != 0 || types.moduleFd() != 0) {
      return 80;
    }
    if (extra != 0) {
      return 72;
    }
    return types.isNone() ? 44 : 64;
  }
}
