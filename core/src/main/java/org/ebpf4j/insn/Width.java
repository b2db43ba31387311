package org.ebpf4j.insn;

/// The part of its registers that an operation works on: a 32-bit operation reads the low half and
/// zeroes the high half of its result.
public enum Width {
  W32(32, Opcode.ALU, Opcode.JMP32),
  W64(64, Opcode.ALU64, Opcode.JMP);

  private final int bits;
  private final int arithmeticClass;
  private final int jumpClass;

  Width(int bits, int arithmeticClass, int jumpClass) {
    this.bits = bits;
    this.arithmeticClass = arithmeticClass;
    this.jumpClass = jumpClass;
  }

  /// 32 or 64.
  public int bits() {
    return bits;
  }

  int arithmeticClass() {
    return arithmeticClass;
  }

  int jumpClass() {
    return jumpClass;
  }
}
