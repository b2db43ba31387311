package org.ebpf4j.program.internal.ir;

import org.ebpf4j.insn.Width;

/// What a register holds of a value.
public enum ValueKind {
  /// 32 bits; the upper half of the register is zero.
  INT,
  /// 64 bits.
  LONG,
  /// An address.
  POINTER,
  /// No value.
  NOTHING;

  /// The width of operations on it.
  public Width width() {
    return this == INT ? Width.W32 : Width.W64;
  }
}
