package org.ebpf4j.vm.internal.compiler;

import org.ebpf4j.vm.internal.machine.Sites;

/// What is known of a number before the program runs: that it is between two others, or an address
/// within a piece of memory.
///
/// @param base [#SCALAR], [#FRAME], or the number of a fixed region
/// @param lo the least number, signed; of an address the least offset from its base
/// @param hi the greatest
/// @param zeros how many of the lowest bits of the number, or of the offset, are zero
/// @param id the same for registers that have the same number; 0 where nothing is known of that
/// @param origin the `id` of the number that this one is more than by `more`; 0 for none
record Value(int base, long lo, long hi, int zeros, int id, int origin, long more) {
  static final int SCALAR = -1;

  /// Offsets are from the end of the function's frame.
  static final int FRAME = -2;

  static final long U32 = 0xffff_ffffL;
  static final Value ANY = between(Long.MIN_VALUE, Long.MAX_VALUE);

  /// More zeroes than these are not told apart.
  private static final int MOST_ZEROS = 32;

  static Value constant(long number) {
    return address(SCALAR, number);
  }

  static Value between(long lo, long hi) {
    return of(SCALAR, lo, hi);
  }

  static Value of(int base, long lo, long hi) {
    return new Value(base, lo, hi, 0, 0, 0, 0);
  }

  /// An address that is known, or a number.
  static Value address(int base, long offset) {
    return new Value(
        base, offset, offset, Math.min(Long.numberOfTrailingZeros(offset), MOST_ZEROS), 0, 0, 0);
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
    return new Value(base, least, most, zeros, id, origin, more).rounded();
  }

  Value withId(int number) {
    return new Value(base, lo, hi, zeros, number, origin, more);
  }

  /// The same, of which it is known how much more than another number it is.
  Value withOrigin(int number, long by) {
    return new Value(base, lo, hi, zeros, id, number, number == 0 ? 0 : by);
  }

  /// The same, of which it is known that so many bits are zero.
  Value withZeros(int number) {
    return new Value(base, lo, hi, Math.min(number, MOST_ZEROS), id, origin, more).rounded();
  }

  /// The bounds that are multiples of what it is a multiple of.
  private Value rounded() {
    long rest = (1L << zeros) - 1;
    if (rest == 0 || lo > Long.MAX_VALUE - rest) {
      return this;
    }
    return new Value(base, (lo + rest) & ~rest, hi & ~rest, zeros, id, origin, more);
  }

  /// What is known of a number that is one or the other.
  Value join(Value other) {
    if (base != other.base) {
      return ANY;
    }
    return new Value(
        base,
        Math.min(lo, other.lo),
        Math.max(hi, other.hi),
        Math.min(zeros, other.zeros),
        id == other.id ? id : 0,
        hasOriginOf(other) ? origin : 0,
        hasOriginOf(other) ? more : 0);
  }

  private boolean hasOriginOf(Value other) {
    return origin == other.origin && more == other.more;
  }
}
