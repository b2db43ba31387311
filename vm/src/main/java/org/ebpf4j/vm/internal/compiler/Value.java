package org.ebpf4j.vm.internal.compiler;

import org.ebpf4j.vm.internal.machine.Sites;

/// What is known of a number before the program runs: that it is between two others, or an address
/// within a piece of memory.
///
/// @param base [#SCALAR], [#FRAME], or the number of a fixed region
/// @param lo the least number, signed; of an address the least offset from its base
/// @param hi the greatest
/// @param id the same for registers that have the same number; 0 where nothing is known of that
record Value(int base, long lo, long hi, int id) {
  static final int SCALAR = -1;

  /// Offsets are from the end of the function's frame.
  static final int FRAME = -2;

  static final long U32 = 0xffff_ffffL;
  static final Value ANY = new Value(SCALAR, Long.MIN_VALUE, Long.MAX_VALUE, 0);

  static Value constant(long number) {
    return new Value(SCALAR, number, number, 0);
  }

  static Value between(long lo, long hi) {
    return new Value(SCALAR, lo, hi, 0);
  }

  boolean isScalar() {
    return base == SCALAR;
  }

  boolean isConstant() {
    return base == SCALAR && lo == hi;
  }

  /// Whether it is a number whose upper half is zero.
  boolean isNarrow() {
    return base == SCALAR && lo >= 0 && hi <= U32;
  }

  /// Whether it is a number from 0 to 2³¹ - 1: a comparison is the same, signed or not.
  boolean isPositive() {
    return base == SCALAR && lo >= 0 && hi <= Integer.MAX_VALUE;
  }

  boolean isWithin(long least, long most) {
    return lo >= least && hi <= most;
  }

  /// Where a register with it is: see [Sites].
  byte form() {
    return switch (base) {
      case SCALAR -> isNarrow() ? Sites.NARROW : Sites.WIDE;
      case FRAME -> Sites.FRAME;
      default -> (byte) (Sites.REGION + base);
    };
  }

  Value with(long least, long most) {
    return new Value(base, least, most, id);
  }

  Value withId(int number) {
    return new Value(base, lo, hi, number);
  }

  /// What is known of a number that is one or the other.
  Value join(Value other) {
    if (base != other.base) {
      return ANY;
    }
    return new Value(base, Math.min(lo, other.lo), Math.max(hi, other.hi), id == other.id ? id : 0);
  }
}
