package org.ebpf4j.verifier.internal.scalar;

import static org.ebpf4j.verifier.internal.scalar.Scalar.maxUnsigned;
import static org.ebpf4j.verifier.internal.scalar.Scalar.minUnsigned;

import org.ebpf4j.insn.Condition;

/// What a comparison of two numbers comes to, and what each outcome says of them.
public final class Comparison {
  private Comparison() {}

  /// What a comparison comes to.
  public enum Outcome {
    ALWAYS,
    NEVER,
    EITHER;

    static Outcome of(boolean always) {
      return always ? ALWAYS : NEVER;
    }
  }

  /// The condition that says the same with its sides exchanged.
  public static Condition flipped(Condition condition) {
    return switch (condition) {
      case EQ, NE, SET -> condition;
      case GT -> Condition.LT;
      case GE -> Condition.LE;
      case LT -> Condition.GT;
      case LE -> Condition.GE;
      case SGT -> Condition.SLT;
      case SGE -> Condition.SLE;
      case SLT -> Condition.SGT;
      case SLE -> Condition.SGE;
    };
  }

  /// What a comparison comes to.
  ///
  /// @param narrow whether the low halves are compared
  public static Outcome outcome(Condition condition, boolean narrow, Scalar left, Scalar right) {
    return switch (condition) {
      case EQ -> equality(narrow, left, right);
      case NE ->
          switch (equality(narrow, left, right)) {
            case ALWAYS -> Outcome.NEVER;
            case NEVER -> Outcome.ALWAYS;
            case EITHER -> Outcome.EITHER;
          };
      case SET -> commonBit(narrow, left, right);
      case GT -> less(false, narrow, right, left, true);
      case GE -> less(false, narrow, right, left, false);
      case LT -> less(false, narrow, left, right, true);
      case LE -> less(false, narrow, left, right, false);
      case SGT -> less(true, narrow, right, left, true);
      case SGE -> less(true, narrow, right, left, false);
      case SLT -> less(true, narrow, left, right, true);
      case SLE -> less(true, narrow, left, right, false);
    };
  }

  /// Whether it is one number, as far as the comparison looks at it.
  public static boolean isConstant(Scalar number, boolean narrow) {
    return narrow ? number.bits.isConstant32() : number.bits.isConstant();
  }

  private static Outcome equality(boolean narrow, Scalar left, Scalar right) {
    var l = narrow ? left.bits.low() : left.bits;
    var r = narrow ? right.bits.low() : right.bits;
    if (l.isConstant() && r.isConstant()) {
      return Outcome.of(l.value() == r.value());
    }
    boolean apart = !l.overlaps(r) || areApart32(left, right) || (!narrow && areApart(left, right));
    return apart ? Outcome.NEVER : Outcome.EITHER;
  }

  private static boolean areApart(Scalar left, Scalar right) {
    return Long.compareUnsigned(left.umin, right.umax) > 0
        || Long.compareUnsigned(left.umax, right.umin) < 0
        || left.smin > right.smax
        || left.smax < right.smin;
  }

  private static boolean areApart32(Scalar left, Scalar right) {
    return Integer.compareUnsigned(left.u32min, right.u32max) > 0
        || Integer.compareUnsigned(left.u32max, right.u32min) < 0
        || left.s32min > right.s32max
        || left.s32max < right.s32min;
  }

  private static Outcome commonBit(boolean narrow, Scalar left, Scalar right) {
    boolean rightKnown = isConstant(right, narrow);
    var constant = rightKnown ? right : left;
    var other = rightKnown ? left : right;
    if (!isConstant(constant, narrow)) {
      return Outcome.EITHER;
    }
    var bits = narrow ? other.bits.low() : other.bits;
    long wanted = narrow ? constant.bits.low().value() : constant.bits.value();
    if ((bits.value() & wanted) != 0) {
      return Outcome.ALWAYS;
    }
    return ((bits.value() | bits.mask()) & wanted) == 0 ? Outcome.NEVER : Outcome.EITHER;
  }

  /// Whether `left < right`, or, unless strict, `left <= right`.
  private static Outcome less(
      boolean signed, boolean narrow, Scalar left, Scalar right, boolean strict) {
    // Each side's least and greatest value, so that signed comparison orders them.
    long flip = signed ? 0 : Long.MIN_VALUE;
    long leftMin = bound(left, signed, narrow, false) ^ flip;
    long leftMax = bound(left, signed, narrow, true) ^ flip;
    long rightMin = bound(right, signed, narrow, false) ^ flip;
    long rightMax = bound(right, signed, narrow, true) ^ flip;
    if (strict ? leftMax < rightMin : leftMax <= rightMin) {
      return Outcome.ALWAYS;
    }
    return (strict ? leftMin >= rightMax : leftMin > rightMax) ? Outcome.NEVER : Outcome.EITHER;
  }

  private static long bound(Scalar number, boolean signed, boolean narrow, boolean upper) {
    if (signed) {
      return narrow ? (upper ? number.s32max : number.s32min) : (upper ? number.smax : number.smin);
    }
    return narrow
        ? Integer.toUnsignedLong(upper ? number.u32max : number.u32min)
        : (upper ? number.umax : number.umin);
  }

  /// Puts into both numbers what is known of them where the comparison holds, or where it does not.
  /// The bounds have to be [Scalar#sync()]ed after it.
  public static void learn(
      Condition condition, boolean holds, boolean narrow, Scalar left, Scalar right) {
    switch (condition) {
      case EQ -> equal(holds, narrow, left, right);
      case NE -> equal(!holds, narrow, left, right);
      case SET -> common(holds, narrow, left, right);
      case GT -> ordered(holds, true, false, narrow, right, left);
      case GE -> ordered(holds, false, false, narrow, right, left);
      case LT -> ordered(holds, true, false, narrow, left, right);
      case LE -> ordered(holds, false, false, narrow, left, right);
      case SGT -> ordered(holds, true, true, narrow, right, left);
      case SGE -> ordered(holds, false, true, narrow, right, left);
      case SLT -> ordered(holds, true, true, narrow, left, right);
      case SLE -> ordered(holds, false, true, narrow, left, right);
    }
  }

  /// `left < right` (or `<=`) holds, or its contrary, `right <= left` (or `<`).
  private static void ordered(
      boolean holds, boolean strict, boolean signed, boolean narrow, Scalar left, Scalar right) {
    if (holds) {
      less(strict, signed, narrow, left, right);
    } else {
      less(!strict, signed, narrow, right, left);
    }
  }

  private static void less(
      boolean strict, boolean signed, boolean narrow, Scalar left, Scalar right) {
    int gap = strict ? 1 : 0;
    if (signed && narrow) {
      left.s32max = Math.min(left.s32max, right.s32max - gap);
      right.s32min = Math.max(left.s32min + gap, right.s32min);
    } else if (signed) {
      left.smax = Math.min(left.smax, right.smax - gap);
      right.smin = Math.max(left.smin + gap, right.smin);
    } else if (narrow) {
      left.u32max = minUnsigned(left.u32max, right.u32max - gap);
      right.u32min = maxUnsigned(left.u32min + gap, right.u32min);
    } else {
      left.umax = minUnsigned(left.umax, right.umax - gap);
      right.umin = maxUnsigned(left.umin + gap, right.umin);
    }
  }

  private static void equal(boolean equal, boolean narrow, Scalar left, Scalar right) {
    if (!equal) {
      if (isConstant(right, narrow)) {
        unequal(narrow, left, right.bits.value());
      } else if (isConstant(left, narrow)) {
        unequal(narrow, right, left.bits.value());
      }
    } else if (narrow) {
      left.u32min = maxUnsigned(left.u32min, right.u32min);
      left.u32max = minUnsigned(left.u32max, right.u32max);
      left.s32min = Math.max(left.s32min, right.s32min);
      left.s32max = Math.min(left.s32max, right.s32max);
      right.setBounds32(left.s32min, left.s32max, left.u32min, left.u32max);
      var both = left.bits.low().intersect(right.bits.low());
      left.bits = left.bits.withLow(both);
      right.bits = right.bits.withLow(both);
    } else {
      left.umin = maxUnsigned(left.umin, right.umin);
      left.umax = minUnsigned(left.umax, right.umax);
      left.smin = Math.max(left.smin, right.smin);
      left.smax = Math.min(left.smax, right.smax);
      right.umin = left.umin;
      right.umax = left.umax;
      right.smin = left.smin;
      right.smax = left.smax;
      left.bits = left.bits.intersect(right.bits);
      right.bits = left.bits;
    }
  }

  /// A number is not that one: where it stands at a bound, the bound moves.
  private static void unequal(boolean narrow, Scalar number, long value) {
    if (narrow) {
      int low = (int) value;
      number.u32min += number.u32min == low ? 1 : 0;
      number.u32max -= number.u32max == low ? 1 : 0;
      number.s32min += number.s32min == low ? 1 : 0;
      number.s32max -= number.s32max == low ? 1 : 0;
    } else {
      number.umin += number.umin == value ? 1 : 0;
      number.umax -= number.umax == value ? 1 : 0;
      number.smin += number.smin == value ? 1 : 0;
      number.smax -= number.smax == value ? 1 : 0;
    }
  }

  private static void common(boolean holds, boolean narrow, Scalar left, Scalar right) {
    boolean rightKnown = isConstant(right, narrow);
    var constant = rightKnown ? right : left;
    var number = rightKnown ? left : right;
    if (!isConstant(constant, narrow)) {
      return;
    }
    long wanted = narrow ? constant.bits.low().value() : constant.bits.value();
    if (!holds) {
      // The bounds are made anew of the bits, which may contradict them on a branch never taken.
      number.unbound();
      var rest = Tnum.of(~wanted);
      number.bits =
          narrow ? number.bits.withLow(number.bits.low().and(rest)) : number.bits.and(rest);
    } else if (Long.bitCount(wanted) == 1) {
      number.bits = number.bits.or(Tnum.of(wanted));
    }
  }
}
