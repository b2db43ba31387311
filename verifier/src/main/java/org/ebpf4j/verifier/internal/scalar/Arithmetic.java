package org.ebpf4j.verifier.internal.scalar;

import static org.ebpf4j.verifier.internal.scalar.Scalar.maxUnsigned;
import static org.ebpf4j.verifier.internal.scalar.Scalar.minUnsigned;

import org.ebpf4j.insn.AluOperation;

/// What an arithmetic instruction makes of two numbers that are known in part. Sound: whatever the
/// operands are among what is known of them, the result is among what is said of it.
public final class Arithmetic {
  private static final int U16_MAX = 0xffff;
  private static final long U32_MAX = 0xffff_ffffL;

  private Arithmetic() {}

  /// Whether anything is known of the result; else it is unknown, whatever the operands are.
  public static boolean isTracked(AluOperation operation, boolean narrow, Scalar source) {
    return switch (operation) {
      case ADD, SUB, AND, XOR, OR, MUL -> true;
      case LSH, RSH, ARSH ->
          source.isConsistentConstant(narrow)
              && Long.compareUnsigned(source.umax, narrow ? Integer.SIZE : Long.SIZE) < 0;
      case DIV, MOD, SDIV, SMOD -> false;
    };
  }

  /// Makes of `target` the result of the operation on it and `source`, which stays as it is and is
  /// another object.
  ///
  /// @param narrow whether it works on 32 bits and clears the upper half
  public static void apply(AluOperation operation, boolean narrow, Scalar target, Scalar source) {
    if (!isTracked(operation, narrow, source)) {
      target.setUnknown();
      return;
    }
    switch (operation) {
      case ADD -> add(target, source);
      case SUB -> subtract(target, source);
      case MUL -> multiply(target, source);
      case AND -> and(target, source);
      case OR -> or(target, source);
      case XOR -> xor(target, source);
      case LSH -> shiftLeft(target, (int) source.umin, narrow);
      case RSH -> shiftRight(target, (int) source.umin, narrow);
      case ARSH -> shiftRightSigned(target, (int) source.umin, narrow);
      case DIV, MOD, SDIV, SMOD -> throw new IllegalStateException("not tracked");
    }
    if (narrow) {
      target.zeroExtend();
    }
    target.sync();
  }

  /// The sum. Public for the offsets of pointers.
  public static void add(Scalar target, Scalar source) {
    long low = (long) target.s32min + source.s32min;
    long high = (long) target.s32max + source.s32max;
    boolean fits = low == (int) low && high == (int) high;
    target.s32min = fits ? (int) low : Integer.MIN_VALUE;
    target.s32max = fits ? (int) high : Integer.MAX_VALUE;
    int uLow = target.u32min + source.u32min;
    int uHigh = target.u32max + source.u32max;
    boolean uFits =
        Integer.compareUnsigned(uLow, target.u32min) >= 0
            && Integer.compareUnsigned(uHigh, target.u32max) >= 0;
    target.u32min = uFits ? uLow : 0;
    target.u32max = uFits ? uHigh : -1;
    addWide(target, source);
    target.bits = target.bits.add(source.bits);
  }

  private static void addWide(Scalar target, Scalar source) {
    long low = target.smin + source.smin;
    long high = target.smax + source.smax;
    boolean fits =
        !addOverflows(target.smin, source.smin, low)
            && !addOverflows(target.smax, source.smax, high);
    target.smin = fits ? low : Long.MIN_VALUE;
    target.smax = fits ? high : Long.MAX_VALUE;
    long uLow = target.umin + source.umin;
    long uHigh = target.umax + source.umax;
    boolean uFits =
        Long.compareUnsigned(uLow, target.umin) >= 0
            && Long.compareUnsigned(uHigh, target.umax) >= 0;
    target.umin = uFits ? uLow : 0;
    target.umax = uFits ? uHigh : -1;
  }

  private static boolean addOverflows(long a, long b, long sum) {
    return ((a ^ sum) & (b ^ sum)) < 0;
  }

  private static boolean subtractOverflows(long a, long b, long difference) {
    return ((a ^ b) & (a ^ difference)) < 0;
  }

  /// The difference. Public for the offsets of pointers.
  public static void subtract(Scalar target, Scalar source) {
    long low = (long) target.s32min - source.s32max;
    long high = (long) target.s32max - source.s32min;
    boolean fits = low == (int) low && high == (int) high;
    target.s32min = fits ? (int) low : Integer.MIN_VALUE;
    target.s32max = fits ? (int) high : Integer.MAX_VALUE;
    boolean uFits = Integer.compareUnsigned(target.u32min, source.u32max) >= 0;
    target.u32min = uFits ? target.u32min - source.u32max : 0;
    target.u32max = uFits ? target.u32max - source.u32min : -1;
    subtractWide(target, source);
    target.bits = target.bits.subtract(source.bits);
  }

  private static void subtractWide(Scalar target, Scalar source) {
    long low = target.smin - source.smax;
    long high = target.smax - source.smin;
    boolean fits =
        !subtractOverflows(target.smin, source.smax, low)
            && !subtractOverflows(target.smax, source.smin, high);
    target.smin = fits ? low : Long.MIN_VALUE;
    target.smax = fits ? high : Long.MAX_VALUE;
    boolean uFits = Long.compareUnsigned(target.umin, source.umax) >= 0;
    target.umin = uFits ? target.umin - source.umax : 0;
    target.umax = uFits ? target.umax - source.umin : -1;
  }

  private static void multiply(Scalar target, Scalar source) {
    target.bits = target.bits.multiply(source.bits);
    multiplyNarrow(target, source);
    if (source.smin < 0
        || target.smin < 0
        || Long.compareUnsigned(source.umax, U32_MAX) > 0
        || Long.compareUnsigned(target.umax, U32_MAX) > 0) {
      target.unbound64();
      return;
    }
    target.umin *= source.umin;
    target.umax *= source.umax;
    boolean fits = target.umax >= 0;
    target.smin = fits ? target.umin : Long.MIN_VALUE;
    target.smax = fits ? target.umax : Long.MAX_VALUE;
  }

  private static void multiplyNarrow(Scalar target, Scalar source) {
    if (source.s32min < 0
        || target.s32min < 0
        || Integer.compareUnsigned(source.u32max, U16_MAX) > 0
        || Integer.compareUnsigned(target.u32max, U16_MAX) > 0) {
      target.unbound32();
      return;
    }
    target.u32min *= source.u32min;
    target.u32max *= source.u32max;
    signed32ByUnsigned(target, target.u32max >= 0);
  }

  private static void signed32ByUnsigned(Scalar target, boolean fits) {
    target.s32min = fits ? target.u32min : Integer.MIN_VALUE;
    target.s32max = fits ? target.u32max : Integer.MAX_VALUE;
  }

  private static void signedByUnsigned(Scalar target) {
    boolean fits = target.umin <= target.umax;
    target.smin = fits ? target.umin : Long.MIN_VALUE;
    target.smax = fits ? target.umax : Long.MAX_VALUE;
  }

  /// Where both low halves are known, so is that of the result.
  private static boolean isKnown32(Scalar target, boolean known) {
    if (known) {
      target.setConstant32((int) target.bits.value());
    }
    return known;
  }

  private static void and(Scalar target, Scalar source) {
    boolean known = target.isConstant() && source.isConstant();
    boolean known32 = target.bits.isConstant32() && source.bits.isConstant32();
    target.bits = target.bits.and(source.bits);
    if (!isKnown32(target, known32)) {
      target.u32min = (int) target.bits.value();
      target.u32max = minUnsigned(target.u32max, source.u32max);
      signed32ByUnsigned(target, target.u32min <= target.u32max);
    }
    if (known) {
      target.setConstant(target.bits.value());
      return;
    }
    target.umin = target.bits.value();
    target.umax = minUnsigned(target.umax, source.umax);
    signedByUnsigned(target);
    target.boundByBits();
  }

  private static void or(Scalar target, Scalar source) {
    boolean known = target.isConstant() && source.isConstant();
    boolean known32 = target.bits.isConstant32() && source.bits.isConstant32();
    target.bits = target.bits.or(source.bits);
    if (!isKnown32(target, known32)) {
      target.u32min = maxUnsigned(target.u32min, source.u32min);
      target.u32max = (int) (target.bits.value() | target.bits.mask());
      signed32ByUnsigned(target, target.u32min <= target.u32max);
    }
    if (known) {
      target.setConstant(target.bits.value());
      return;
    }
    target.umin = maxUnsigned(target.umin, source.umin);
    target.umax = target.bits.value() | target.bits.mask();
    signedByUnsigned(target);
    target.boundByBits();
  }

  private static void xor(Scalar target, Scalar source) {
    boolean known = target.isConstant() && source.isConstant();
    boolean known32 = target.bits.isConstant32() && source.bits.isConstant32();
    target.bits = target.bits.xor(source.bits);
    if (!isKnown32(target, known32)) {
      target.u32min = (int) target.bits.value();
      target.u32max = (int) (target.bits.value() | target.bits.mask());
      signed32ByUnsigned(target, target.u32min <= target.u32max);
    }
    if (known) {
      target.setConstant(target.bits.value());
      return;
    }
    target.umin = target.bits.value();
    target.umax = target.bits.value() | target.bits.mask();
    signedByUnsigned(target);
    target.boundByBits();
  }

  private static void shiftLeft(Scalar target, int by, boolean narrow) {
    if (narrow) {
      shiftLeft32(target, by);
      target.bits = target.bits.low().shiftLeft(by).low();
      target.unbound64();
      target.boundByBits32();
      return;
    }
    // A shift by 32 keeps the sign of the low half, as compilers extend signs.
    boolean half = by == Integer.SIZE;
    target.smin = half ? (long) target.s32min << by : Long.MIN_VALUE;
    target.smax = half ? (long) target.s32max << by : Long.MAX_VALUE;
    boolean fits = Long.compareUnsigned(target.umax, 1L << (Long.SIZE - 1 - by)) <= 0;
    target.umin = fits ? target.umin << by : 0;
    target.umax = fits ? target.umax << by : -1;
    shiftLeft32(target, by);
    target.bits = target.bits.shiftLeft(by);
    target.boundByBits();
  }

  private static void shiftLeft32(Scalar target, int by) {
    target.s32min = Integer.MIN_VALUE;
    target.s32max = Integer.MAX_VALUE;
    boolean fits =
        by < Integer.SIZE
            && Integer.compareUnsigned(target.u32max, 1 << (Integer.SIZE - 1 - by)) <= 0;
    target.u32min = fits ? target.u32min << by : 0;
    target.u32max = fits ? target.u32max << by : -1;
  }

  private static void shiftRight(Scalar target, int by, boolean narrow) {
    if (narrow) {
      target.s32min = Integer.MIN_VALUE;
      target.s32max = Integer.MAX_VALUE;
      target.bits = target.bits.low().shiftRight(by);
      target.u32min >>>= by;
      target.u32max >>>= by;
      target.unbound64();
      target.boundByBits32();
      return;
    }
    target.smin = Long.MIN_VALUE;
    target.smax = Long.MAX_VALUE;
    target.bits = target.bits.shiftRight(by);
    target.umin >>>= by;
    target.umax >>>= by;
    target.unbound32();
    target.boundByBits();
  }

  private static void shiftRightSigned(Scalar target, int by, boolean narrow) {
    if (narrow) {
      target.s32min >>= by;
      target.s32max >>= by;
      target.bits = target.bits.shiftRightSigned32(by);
      target.u32min = 0;
      target.u32max = -1;
      target.unbound64();
      target.boundByBits32();
      return;
    }
    target.smin >>= by;
    target.smax >>= by;
    target.bits = target.bits.shiftRightSigned(by);
    target.umin = 0;
    target.umax = -1;
    target.unbound32();
    target.boundByBits();
  }
}
