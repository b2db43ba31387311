package org.ebpf4j.vm.internal.machine;

import org.ebpf4j.insn.Opcode;

/// Arithmetic that Java has no operator for.
final class Alu {
  private Alu() {}

  /// A quotient; 0 where the divisor is.
  ///
  /// @param signed [Opcode#OFFSET_SIGNED] for a signed division, else 0
  static long divide(long dividend, long divisor, int signed) {
    if (divisor == 0) {
      return 0;
    }
    return signed == Opcode.OFFSET_SIGNED
        ? dividend / divisor
        : Long.divideUnsigned(dividend, divisor);
  }

  static long divide(int dividend, int divisor, int signed) {
    if (divisor == 0) {
      return 0;
    }
    return signed == Opcode.OFFSET_SIGNED
        ? dividend / divisor
        : Integer.divideUnsigned(dividend, divisor);
  }

  /// A remainder; the dividend where the divisor is 0.
  static long remainder(long dividend, long divisor, int signed) {
    if (divisor == 0) {
      return dividend;
    }
    return signed == Opcode.OFFSET_SIGNED
        ? dividend % divisor
        : Long.remainderUnsigned(dividend, divisor);
  }

  static long remainder(int dividend, int divisor, int signed) {
    if (divisor == 0) {
      return dividend;
    }
    return signed == Opcode.OFFSET_SIGNED
        ? dividend % divisor
        : Integer.remainderUnsigned(dividend, divisor);
  }

  /// A move through a narrower signed type.
  ///
  /// @param offset the bits of the type
  static long move(long value, int offset) {
    return switch (offset) {
      case 8 -> (byte) value;
      case 16 -> (short) value;
      case 32 -> (int) value;
      default -> value;
    };
  }

  /// The low bits, and zeroes above them.
  static long cut(long value, int bits) {
    return switch (bits) {
      case 16 -> value & 0xffff;
      case 32 -> value & 0xffff_ffffL;
      default -> value;
    };
  }

  /// The low bits with their bytes in reverse, and zeroes above them.
  static long swap(long value, int bits) {
    return switch (bits) {
      case 16 -> Short.reverseBytes((short) value) & 0xffff;
      case 32 -> Integer.reverseBytes((int) value) & 0xffff_ffffL;
      default -> Long.reverseBytes(value);
    };
  }
}
