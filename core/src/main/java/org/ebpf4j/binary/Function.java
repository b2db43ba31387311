package org.ebpf4j.binary;

/// A function of a program file or library.
///
/// @param name its name, without version
/// @param version the version of its name, such as `GLIBC_2.2.5`; empty where it has none
/// @param isDefault whether that version is what programs linked now get (`name@@VERSION`)
/// @param address where it is: an address of the file, not an offset in it; 0 for an import
/// @param size its bytes; 0 where that is not known
/// @param isDefined whether it is here, and not imported from a library
/// @param isIndirect whether it is code that chooses the function when a program starts
///   (`STT_GNU_IFUNC`), as glibc does for `memcpy`
/// @param isWeak whether another function of that name goes before it
public record Function(
    String name,
    String version,
    boolean isDefault,
    long address,
    long size,
    boolean isDefined,
    boolean isIndirect,
    boolean isWeak) {

  /// The name with its version: `memcpy@@GLIBC_2.14`.
  public String fullName() {
    return version.isEmpty() ? name : name + (isDefault ? "@@" : "@") + version;
  }
}
