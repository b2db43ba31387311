package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.insn.Condition;
import org.ebpf4j.verifier.internal.scalar.Comparison;
import org.ebpf4j.verifier.internal.scalar.Comparison.Outcome;
import org.ebpf4j.verifier.internal.scalar.Scalar;
import org.ebpf4j.verifier.internal.scalar.Tnum;

/// What the verifiers of 7.0 and later learn beyond those before: from 32-bit bounds within 64-bit
/// ones, from the only number that bounds and bits share, and from ways that contradict what is
/// known (`reg_bounds_sync` and `is_branch_taken` in `kernel/bpf/verifier.c`).
final class Refinement {
  private static final long LOW = 0xffff_ffffL;
  private static final long BLOCK = 1L << 32;

  private final Scalar left = new Scalar();
  private final Scalar right = new Scalar();

  /// Where one way of a comparison contradicts what is known, it goes the other.
  Outcome outcome(Condition condition, boolean narrow, Scalar first, Scalar second) {
    if (isEmpty(first) || isEmpty(second)) {
      return Outcome.EITHER;
    }
    if (isImpossible(condition, true, narrow, first, second)) {
      return Outcome.NEVER;
    }
    return isImpossible(condition, false, narrow, first, second) ? Outcome.ALWAYS : Outcome.EITHER;
  }

  private boolean isImpossible(
      Condition condition, boolean holds, boolean narrow, Scalar first, Scalar second) {
    left.setNumber(first);
    right.setNumber(second);
    Comparison.learn(condition, holds, narrow, left, right);
    if (isEmpty(left) || isEmpty(right)) {
      return true;
    }
    left.sync();
    right.sync();
    return isEmpty(left) || isEmpty(right);
  }

  /// Whether no number is within the bounds.
  private static boolean isEmpty(Scalar number) {
    return Long.compareUnsigned(number.umin, number.umax) > 0
        || number.smin > number.smax
        || Integer.compareUnsigned(number.u32min, number.u32max) > 0
        || number.s32min > number.s32max
        || (number.isConstant() && !number.contains(number.constant()));
  }

  /// Narrows the bounds of a number.
  static void apply(Scalar number) {
    if (isEmpty(number)) {
      return;
    }
    narrow(number, number.u32min & LOW, number.u32max & LOW);
    narrow(number, number.s32min & LOW, number.s32max & LOW);
    if (isEmpty(number)) {
      return;
    }
    number.sync();
    single(number);
  }

  /// The least and the greatest number whose low half is within bounds, which may wrap.
  private static void narrow(Scalar number, long low, long high) {
    if (!isWithin(number.umin & LOW, low, high)) {
      long up = (number.umin & ~LOW) | low;
      long next = (number.umin & LOW) > low ? up + BLOCK : up;
      if (Long.compareUnsigned(next, number.umin) >= 0) {
        number.umin = next;
      }
    }
    if (!isWithin(number.umax & LOW, low, high)) {
      long down = (number.umax & ~LOW) | high;
      long next = (number.umax & LOW) < high ? down - BLOCK : down;
      if (Long.compareUnsigned(next, number.umax) <= 0) {
        number.umax = next;
      }
    }
  }

  private static boolean isWithin(long at, long low, long high) {
    return low <= high ? low <= at && at <= high : at >= low || at <= high;
  }

  /// Where bounds and bits share one number only, it is that.
  private static void single(Scalar number) {
    var bits = number.bits;
    if (bits.isConstant() || isEmpty(number)) {
      return;
    }
    long first = bits.contains(number.umin) ? number.umin : next(bits, number.umin);
    if (Long.compareUnsigned(first, number.umin) < 0
        || Long.compareUnsigned(first, number.umax) > 0) {
      return;
    }
    long second = next(bits, first);
    boolean more =
        Long.compareUnsigned(second, first) > 0 && Long.compareUnsigned(second, number.umax) <= 0;
    if (!more && number.contains(first)) {
      number.setConstant(first);
    }
  }

  /// The least number above another that the bits allow; the greatest that they allow where none
  /// is.
  private static long next(Tnum bits, long above) {
    // Where it first differs from the other, it has a one; the bits below are as low as they may
    // be.
    for (int i = 0; i < Long.SIZE; i++) {
      long bit = 1L << i;
      long upper = i == Long.SIZE - 1 ? 0 : -(bit << 1);
      boolean same = (above & upper & ~bits.mask()) == (bits.value() & upper);
      boolean rises = (above & bit) == 0 && ((bits.value() | bits.mask()) & bit) != 0;
      if (same && rises) {
        return (above & upper) | bit | (bits.value() & (bit - 1));
      }
    }
    return bits.value() | bits.mask();
  }
}
