package org.ebpf4j.verifier.internal.scalar;

/// Numbers that are cut, or extended by their sign.
public final class Extensions {
  private Extensions() {}

  /// Keeps the low bytes, with zeroes above, as a load of so many bytes does.
  public static void cut(Scalar number, int bytes) {
    if (bytes >= Long.BYTES) {
      return;
    }
    long mask = (1L << (bytes * Byte.SIZE)) - 1;
    number.bits = number.bits.cast(bytes);
    if ((number.umin & ~mask) == (number.umax & ~mask)) {
      number.umin &= mask;
      number.umax &= mask;
    } else {
      number.umin = 0;
      number.umax = mask;
    }
    number.smin = number.umin;
    number.smax = number.umax;
    if (bytes < Integer.BYTES) {
      number.unbound32();
    }
    number.sync();
  }

  /// The low bytes, of which the topmost bit is the sign, as 64 bits.
  public static void signExtend(Scalar number, int bytes) {
    int bits = bytes * Byte.SIZE;
    int up = Long.SIZE - bits;
    if (number.isConstant()) {
      number.setConstant(number.constant() << up >> up);
      return;
    }
    long low = -1L << (bits - 1);
    long high = ~low;
    // Where the bits above do not change, the bounds are still in order once they are extended.
    boolean ordered = false;
    if (bits < Long.SIZE && number.smin >> bits == number.smax >> bits) {
      long first = number.smin << up >> up;
      long last = number.smax << up >> up;
      if (first < 0 == last < 0) {
        ordered = true;
        low = first;
        high = last;
      }
    }
    number.setUnknown();
    number.smin = low;
    number.smax = high;
    number.s32min = (int) low;
    number.s32max = (int) high;
    if (ordered) {
      number.umin = low;
      number.umax = high;
      number.u32min = (int) low;
      number.u32max = (int) high;
      number.bits = Tnum.range(low, high);
    }
  }

  /// The low bytes, of which the topmost bit is the sign, as 32 bits; the upper half is left to
  /// [Scalar#zeroExtend()].
  public static void signExtend32(Scalar number, int bytes) {
    int bits = bytes * Byte.SIZE;
    int up = Integer.SIZE - bits;
    if (number.isConstant()) {
      number.setConstant32((int) number.constant() << up >> up);
      return;
    }
    int low = -1 << (bits - 1);
    int high = ~low;
    if (number.s32min >> bits == number.s32max >> bits) {
      int first = number.s32min << up >> up;
      int last = number.s32max << up >> up;
      if (first < 0 == last < 0) {
        number.setBounds32(first, last, first, last);
        number.bits = Tnum.range(first, last).low();
        return;
      }
    }
    number.setBounds32(low, high, 0, -1);
    number.bits = Tnum.UNKNOWN.low();
  }
}
