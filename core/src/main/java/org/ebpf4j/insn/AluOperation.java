package org.ebpf4j.insn;

import java.util.List;
import java.util.Optional;

/// An arithmetic or logical operation of two operands. Moves, negation and byte swaps are
/// instructions of their own.
///
/// Division by zero gives 0, and the remainder of it leaves the dividend; shifts use only the low 5
/// or 6 bits of the distance.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9669#section-4.1">RFC 9669, section 4.1</a>
public enum AluOperation {
  ADD(Opcode.ADD, 0, "+="),
  SUB(Opcode.SUB, 0, "-="),
  MUL(Opcode.MUL, 0, "*="),
  /// Unsigned division.
  DIV(Opcode.DIV, 0, "/="),
  OR(Opcode.OR, 0, "|="),
  AND(Opcode.AND, 0, "&="),
  LSH(Opcode.LSH, 0, "<<="),
  /// Shift right, filling with zeroes.
  RSH(Opcode.RSH, 0, ">>="),
  /// Unsigned remainder.
  MOD(Opcode.MOD, 0, "%="),
  XOR(Opcode.XOR, 0, "^="),
  /// Shift right, filling with the sign.
  ARSH(Opcode.ARSH, 0, "s>>="),
  /// Signed division, rounding towards zero.
  SDIV(Opcode.DIV, Opcode.OFFSET_SIGNED, "s/="),
  /// Signed remainder, with the sign of the dividend.
  SMOD(Opcode.MOD, Opcode.OFFSET_SIGNED, "s%=");

  private static final List<AluOperation> ALL = List.of(values());

  private final int code;
  private final int offset;
  private final String symbol;

  AluOperation(int code, int offset, String symbol) {
    this.code = code;
    this.offset = offset;
    this.symbol = symbol;
  }

  /// The operator as the kernel writes it, such as `s>>=`.
  public String symbol() {
    return symbol;
  }

  /// The operation bits of the opcode.
  int code() {
    return code;
  }

  /// The offset field, which tells signed operations from unsigned ones.
  int offset() {
    return offset;
  }

  static Optional<AluOperation> of(int code, int offset) {
    return ALL.stream().filter(op -> op.code == code && op.offset == offset).findFirst();
  }
}
