package org.ebpf4j.insn;

import java.util.List;
import java.util.Optional;

/// What an atomic instruction does to memory.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9669#section-5.3">RFC 9669, section 5.3</a>
public enum AtomicOperation {
  ADD(Opcode.ADD),
  OR(Opcode.OR),
  AND(Opcode.AND),
  XOR(Opcode.XOR),
  /// As [#ADD], and the register gets what was in memory before; likewise the next three.
  FETCH_ADD(Opcode.ADD | Opcode.FETCH),
  FETCH_OR(Opcode.OR | Opcode.FETCH),
  FETCH_AND(Opcode.AND | Opcode.FETCH),
  FETCH_XOR(Opcode.XOR | Opcode.FETCH),
  /// Memory and register exchange their values.
  XCHG(Opcode.XCHG),
  /// The register goes to memory if memory equals `R0`; `R0` gets what was in memory either way.
  CMPXCHG(Opcode.CMPXCHG),
  /// A load that later accesses are not moved before. The register is written, memory is not.
  LOAD_ACQUIRE(Opcode.LOAD_ACQ),
  /// A store that earlier accesses are not moved after.
  STORE_RELEASE(Opcode.STORE_REL);

  private static final List<AtomicOperation> ALL = List.of(values());

  private final int code;

  AtomicOperation(int code) {
    this.code = code;
  }

  /// The immediate that stands for the operation.
  int code() {
    return code;
  }

  /// Whether memory of this size can be worked on: one and two bytes only by plain ordered access.
  boolean allows(Size size) {
    return switch (this) {
      case LOAD_ACQUIRE, STORE_RELEASE -> true;
      case ADD, OR, AND, XOR, FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, XCHG, CMPXCHG ->
          size.bytes() >= Integer.BYTES;
    };
  }

  static Optional<AtomicOperation> of(int code) {
    return ALL.stream().filter(op -> op.code == code).findFirst();
  }
}
