package org.ebpf4j.insn;

/// The number of bytes that a load, store or byte swap works on.
public enum Size {
  U8(1, Opcode.B),
  U16(2, Opcode.H),
  U32(4, Opcode.W),
  U64(8, Opcode.DW);

  private final int bytes;
  private final int code;

  Size(int bytes, int code) {
    this.bytes = bytes;
    this.code = code;
  }

  /// 1, 2, 4 or 8.
  public int bytes() {
    return bytes;
  }

  /// 8, 16, 32 or 64.
  public int bits() {
    return bytes * Byte.SIZE;
  }

  /// The size bits of an opcode.
  int code() {
    return code;
  }

  /// The size in an opcode of the load and store classes; all four bit patterns are sizes.
  static Size ofOpcode(int opcode) {
    return switch (opcode & Opcode.SIZE_MASK) {
      case Opcode.B -> U8;
      case Opcode.H -> U16;
      case Opcode.W -> U32;
      default -> U64;
    };
  }
}
