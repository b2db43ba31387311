package org.ebpf4j.program.internal.ir;

/// A member of a structure of the kernel, or the structure or enumerator itself.
///
/// @param type the name of the structure or enumeration
/// @param path the name of the member, with dots where it is inside of others; or of the enumerator
/// @param bytes the size of the member in the program; 0 for an enumerator
/// @param signed whether it is a signed number
/// @param pointee the name of the structure that it points to, `void` for any; empty where it is no
///   pointer
public record KernelMember(String type, String path, int bytes, boolean signed, String pointee) {
  /// The offset of a member in bytes: a kind of `enum bpf_core_relo_kind`, as all of these.
  public static final int OFFSET = 0;

  /// How many bytes have to be loaded for a member.
  public static final int SIZE = 1;

  /// Whether there is such a member.
  public static final int EXISTS = 2;

  /// Whether a member is a number with a sign.
  public static final int SIGNED = 3;

  /// How far what was loaded for a bit field is shifted to the left.
  public static final int LEFT_SHIFT = 4;

  /// How far it is shifted to the right then.
  public static final int RIGHT_SHIFT = 5;

  /// Whether an enumeration has the enumerator.
  public static final int ENUMERATOR_EXISTS = 10;

  /// The value of an enumerator.
  public static final int ENUMERATOR_VALUE = 11;

  /// Something that an enumeration gives a value.
  public static KernelMember enumerator(String type, String name) {
    return new KernelMember(type, name, 0, false, "");
  }

  public boolean isEnumerator() {
    return bytes == 0;
  }
}
