package org.ebpf4j.insn;

import java.util.List;

/// A register: `R0` holds a return value, `R1` to `R5` arguments, `R6` to `R9` survive calls, and
/// `R10` is the read-only frame pointer.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9669#section-2.3">RFC 9669, section 2.3</a>
public enum Register implements Operand {
  R0(0),
  R1(1),
  R2(2),
  R3(3),
  R4(4),
  R5(5),
  R6(6),
  R7(7),
  R8(8),
  R9(9),
  R10(10);

  private static final List<Register> ALL = List.of(values());

  private final int number;

  Register(int number) {
    this.number = number;
  }

  /// The number that stands for the register in an instruction.
  public int number() {
    return number;
  }

  /// Whether there is a register with this number.
  public static boolean exists(int number) {
    return number >= 0 && number < ALL.size();
  }

  /// The register with this number.
  ///
  /// @throws IllegalArgumentException unless the number is 0 to 10
  public static Register of(int number) {
    if (!exists(number)) {
      throw new IllegalArgumentException("no register r" + number + ": they are r0 to r10");
    }
    return ALL.get(number);
  }
}
