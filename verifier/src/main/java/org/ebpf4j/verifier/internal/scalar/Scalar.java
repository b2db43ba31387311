package org.ebpf4j.verifier.internal.scalar;

/// A number of which bits and bounds are known: as 64 bits and as the low 32, each signed and
/// unsigned. It changes in place, as a walk makes millions of them. Unsigned bounds are held in
/// signed types.
///
/// Of a pointer, the same is the variable part of its offset.
public class Scalar {
  private static final long LOW = 0xffff_ffffL;

  /// How often the bounds learn from each other: what one learns helps the others.
  private static final int ROUNDS = 3;

  public Tnum bits = Tnum.UNKNOWN;
  public long smin = Long.MIN_VALUE;
  public long smax = Long.MAX_VALUE;
  public long umin;
  public long umax = -1;
  public int s32min = Integer.MIN_VALUE;
  public int s32max = Integer.MAX_VALUE;
  public int u32min;
  public int u32max = -1;

  /// Takes over what another knows.
  public final void setNumber(Scalar other) {
    bits = other.bits;
    smin = other.smin;
    smax = other.smax;
    umin = other.umin;
    umax = other.umax;
    s32min = other.s32min;
    s32max = other.s32max;
    u32min = other.u32min;
    u32max = other.u32max;
  }

  /// It is that number from now on.
  public final void setConstant(long number) {
    bits = Tnum.of(number);
    smin = number;
    smax = number;
    umin = number;
    umax = number;
    setBounds32((int) number, (int) number, (int) number, (int) number);
  }

  /// Its low half is that number from now on; of the upper half what the bits know.
  public final void setConstant32(int number) {
    bits = bits.withLow(Tnum.of(number & LOW));
    setBounds32(number, number, number, number);
  }

  /// Nothing is known of it.
  public final void setUnknown() {
    bits = Tnum.UNKNOWN;
    unbound();
  }

  /// Nothing is known of its bounds.
  public final void unbound() {
    unbound64();
    unbound32();
  }

  final void unbound64() {
    smin = Long.MIN_VALUE;
    smax = Long.MAX_VALUE;
    umin = 0;
    umax = -1;
  }

  final void unbound32() {
    setBounds32(Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1);
  }

  /// Nothing is known of the bounds of its low half: pointers have none.
  public final void forgetLow() {
    unbound32();
  }

  final void setBounds32(int sLow, int sHigh, int uLow, int uHigh) {
    s32min = sLow;
    s32max = sHigh;
    u32min = uLow;
    u32max = uHigh;
  }

  /// Whether it is one number.
  public final boolean isConstant() {
    return bits.isConstant();
  }

  /// The number, where it is one.
  public final long constant() {
    return bits.value();
  }

  /// Whether it is one number, by its bits as well as by its bounds.
  final boolean isConsistentConstant(boolean narrow) {
    return narrow
        ? bits.isConstant32() && s32min == s32max && u32min == u32max
        : bits.isConstant() && smin == smax && umin == umax;
  }

  /// Whether it stands for no more numbers than another, by its bounds.
  public final boolean isWithin(Scalar other) {
    return Long.compareUnsigned(other.umin, umin) <= 0
        && Long.compareUnsigned(other.umax, umax) >= 0
        && other.smin <= smin
        && other.smax >= smax
        && Integer.compareUnsigned(other.u32min, u32min) <= 0
        && Integer.compareUnsigned(other.u32max, u32max) >= 0
        && other.s32min <= s32min
        && other.s32max >= s32max
        && bits.isWithin(other.bits);
  }

  /// Whether the same is known of another.
  public final boolean isSameNumber(Scalar other) {
    return umin == other.umin
        && umax == other.umax
        && smin == other.smin
        && smax == other.smax
        && u32min == other.u32min
        && u32max == other.u32max
        && s32min == other.s32min
        && s32max == other.s32max
        && bits.value() == other.bits.value()
        && bits.mask() == other.bits.mask();
  }

  /// Whether a number is one that it stands for.
  public final boolean contains(long number) {
    int low = (int) number;
    return bits.contains(number)
        && smin <= number
        && number <= smax
        && Long.compareUnsigned(umin, number) <= 0
        && Long.compareUnsigned(number, umax) <= 0
        && s32min <= low
        && low <= s32max
        && Integer.compareUnsigned(u32min, low) <= 0
        && Integer.compareUnsigned(low, u32max) <= 0;
  }

  /// Whether bits and bounds contradict each other, as they do where a branch is never taken.
  public final boolean isContradictory() {
    if (Long.compareUnsigned(umin, umax) > 0
        || smin > smax
        || Integer.compareUnsigned(u32min, u32max) > 0
        || s32min > s32max) {
      return true;
    }
    long number = bits.value();
    int low = (int) number;
    return (bits.isConstant()
            && (umin != number || umax != number || smin != number || smax != number))
        || (bits.isConstant32()
            && (u32min != low || u32max != low || s32min != low || s32max != low));
  }

  /// The bounds learn from the bits.
  public final void boundByBits() {
    boundByBits32();
    long most = bits.value() | bits.mask();
    long sign = bits.mask() & Long.MIN_VALUE;
    smin = Math.max(smin, bits.value() | sign);
    smax = Math.min(smax, bits.value() | (bits.mask() & Long.MAX_VALUE));
    umin = maxUnsigned(umin, bits.value());
    umax = minUnsigned(umax, most);
  }

  final void boundByBits32() {
    int value = (int) bits.value();
    int mask = (int) bits.mask();
    s32min = Math.max(s32min, value | (mask & Integer.MIN_VALUE));
    s32max = Math.min(s32max, value | (mask & Integer.MAX_VALUE));
    u32min = maxUnsigned(u32min, value);
    u32max = minUnsigned(u32max, value | mask);
  }

  /// The bits learn from the bounds.
  public final void bitsByBounds() {
    var wide = bits.intersect(Tnum.range(umin, umax));
    var narrow = wide.low().intersect(Tnum.range(u32min & LOW, u32max & LOW));
    bits = wide.withoutLow().or(narrow);
  }

  /// Bits and bounds learn from each other.
  public final void sync() {
    boundByBits();
    for (int i = 0; i < ROUNDS; i++) {
      deduce32();
      deduce64();
      deduceMixed();
    }
    bitsByBounds();
    boundByBits();
  }

  /// It is the 32-bit number that is known of its low half, with zeroes above.
  public final void zeroExtend() {
    bits = bits.low();
    umin = u32min & LOW;
    umax = u32max & LOW;
    boolean positive = s32min >= 0 && s32max >= 0;
    smin = positive ? s32min : 0;
    smax = positive ? s32max : LOW;
  }

  private void deduce32() {
    if (umin >>> 32 == umax >>> 32) {
      narrowUnsigned32((int) umin, (int) umax);
      if ((int) umin <= (int) umax) {
        narrowSigned32((int) umin, (int) umax);
      }
    }
    if (smin >>> 32 == smax >>> 32) {
      if (Integer.compareUnsigned((int) smin, (int) smax) <= 0) {
        narrowUnsigned32((int) smin, (int) smax);
      }
      if ((int) smin <= (int) smax) {
        narrowSigned32((int) smin, (int) smax);
      }
    }
    // The upper half takes two neighbouring values, and the lower half crosses 0 between them.
    if ((int) (umin >>> 32) + 1 == (int) (umax >>> 32) && (int) umin < 0 && (int) umax >= 0) {
      narrowSigned32((int) umin, (int) umax);
    }
    if ((int) (smin >>> 32) + 1 == (int) (smax >>> 32) && (int) smin < 0 && (int) smax >= 0) {
      narrowSigned32((int) smin, (int) smax);
    }
    if (u32min <= u32max) {
      narrowSigned32(u32min, u32max);
    }
    if (Integer.compareUnsigned(s32min, s32max) <= 0) {
      narrowUnsigned32(s32min, s32max);
    } else if (Integer.compareUnsigned(u32max, s32min) < 0) {
      // Of the two parts of the signed range, only that of positive numbers is left.
      s32min = u32min;
      u32max = minUnsigned(u32max, s32max);
    } else if (Integer.compareUnsigned(s32max, u32min) < 0) {
      s32max = u32max;
      u32min = maxUnsigned(u32min, s32min);
    }
  }

  private void deduce64() {
    if (umin <= umax) {
      narrowSigned(umin, umax);
    }
    if (Long.compareUnsigned(smin, smax) <= 0) {
      narrowUnsigned(smin, smax);
    } else if (Long.compareUnsigned(umax, smin) < 0) {
      smin = umin;
      umax = minUnsigned(umax, smax);
    } else if (Long.compareUnsigned(smax, umin) < 0) {
      smax = umax;
      umin = maxUnsigned(umin, smin);
    }
  }

  /// What is known of the low half, put under the upper halves of the 64-bit bounds.
  private void deduceMixed() {
    narrowUnsigned((umin & ~LOW) | (u32min & LOW), (umax & ~LOW) | (u32max & LOW));
    narrowSigned((smin & ~LOW) | (u32min & LOW), (smax & ~LOW) | (u32max & LOW));
    if (Integer.compareUnsigned(s32min, s32max) <= 0) {
      narrowUnsigned((umin & ~LOW) | (s32min & LOW), (umax & ~LOW) | (s32max & LOW));
      narrowSigned((smin & ~LOW) | (s32min & LOW), (smax & ~LOW) | (s32max & LOW));
    }
    if (s32min >= 0 && smin >= Integer.MIN_VALUE && smax <= Integer.MAX_VALUE) {
      // Within 32 bits signed, and the low half is not negative: so is the whole.
      smin = s32min;
      smax = s32max;
      umin = s32min;
      umax = s32max;
      bits = bits.intersect(Tnum.range(smin, smax));
    }
  }

  private void narrowSigned(long low, long high) {
    smin = Math.max(smin, low);
    smax = Math.min(smax, high);
  }

  private void narrowUnsigned(long low, long high) {
    umin = maxUnsigned(umin, low);
    umax = minUnsigned(umax, high);
  }

  private void narrowSigned32(int low, int high) {
    s32min = Math.max(s32min, low);
    s32max = Math.min(s32max, high);
  }

  private void narrowUnsigned32(int low, int high) {
    u32min = maxUnsigned(u32min, low);
    u32max = minUnsigned(u32max, high);
  }

  static long maxUnsigned(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? a : b;
  }

  static long minUnsigned(long a, long b) {
    return Long.compareUnsigned(a, b) <= 0 ? a : b;
  }

  static int maxUnsigned(int a, int b) {
    return Integer.compareUnsigned(a, b) >= 0 ? a : b;
  }

  static int minUnsigned(int a, int b) {
    return Integer.compareUnsigned(a, b) <= 0 ? a : b;
  }
}
