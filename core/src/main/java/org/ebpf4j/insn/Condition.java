package org.ebpf4j.insn;

import java.util.List;
import java.util.Optional;

/// What a conditional jump tests of its two operands.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9669#section-4.3">RFC 9669, section 4.3</a>
public enum Condition {
  EQ(Opcode.JEQ, "=="),
  /// Unsigned.
  GT(Opcode.JGT, ">"),
  /// Unsigned.
  GE(Opcode.JGE, ">="),
  /// The two have a bit in common.
  SET(Opcode.JSET, "&"),
  NE(Opcode.JNE, "!="),
  /// Signed.
  SGT(Opcode.JSGT, "s>"),
  /// Signed.
  SGE(Opcode.JSGE, "s>="),
  /// Unsigned.
  LT(Opcode.JLT, "<"),
  /// Unsigned.
  LE(Opcode.JLE, "<="),
  /// Signed.
  SLT(Opcode.JSLT, "s<"),
  /// Signed.
  SLE(Opcode.JSLE, "s<=");

  private static final List<Condition> ALL = List.of(values());

  private final int code;
  private final String symbol;

  Condition(int code, String symbol) {
    this.code = code;
    this.symbol = symbol;
  }

  /// The comparison as the kernel writes it, such as `s>=`.
  public String symbol() {
    return symbol;
  }

  /// The operation bits of the opcode.
  int code() {
    return code;
  }

  static Optional<Condition> of(int code) {
    return ALL.stream().filter(condition -> condition.code == code).findFirst();
  }
}
