package org.ebpf4j.verifier.internal.scalar;

import static org.ebpf4j.verifier.internal.scalar.Scalar.minUnsigned;

import org.ebpf4j.insn.AluOperation;

/// Quotients and remainders by a known number, which kernels follow since 7.3
/// (`scalar_min_max_udiv` and others in `kernel/bpf/verifier.c`). A quotient by 0 is 0, and a
/// remainder by 0 the dividend (`Documentation/bpf/standardization/instruction-set.rst`).
public final class Division {
  private Division() {}

  /// Whether what comes of it is known.
  public static boolean isTracked(AluOperation operation, boolean narrow, Scalar source) {
    return switch (operation) {
      case DIV, MOD, SDIV, SMOD ->
          narrow ? source.u32min == source.u32max : source.umin == source.umax;
      case ADD, SUB, MUL, OR, AND, LSH, RSH, XOR, ARSH -> false;
    };
  }

  /// Makes of `target` the result of the operation on it and `source`, which is another object.
  public static void apply(AluOperation operation, boolean narrow, Scalar target, Scalar source) {
    if (narrow) {
      apply32(operation, target, source.u32min);
      target.zeroExtend();
    } else {
      apply64(operation, target, source.umin);
    }
    target.sync();
  }

  private static void apply32(AluOperation operation, Scalar target, int by) {
    switch (operation) {
      case DIV -> {
        if (by == 0) {
          target.setConstant(0);
        } else {
          unsigned32(
              target,
              Integer.divideUnsigned(target.u32min, by),
              Integer.divideUnsigned(target.u32max, by));
        }
      }
      case MOD -> {
        if (by != 0 && Integer.compareUnsigned(target.u32max, by - 1) > 0) {
          unsigned32(target, 0, minUnsigned(target.u32max, by - 1));
        }
      }
      case SDIV -> {
        if (by == 0) {
          target.setConstant(0);
        } else {
          divide32(target, by);
        }
      }
      case SMOD -> {
        if (by != 0) {
          remainder32(target, by);
        }
      }
      case ADD, SUB, MUL, OR, AND, LSH, RSH, XOR, ARSH ->
          throw new IllegalArgumentException("" + operation);
    }
  }

  private static void divide32(Scalar target, int by) {
    int low = target.s32min;
    int high = target.s32max;
    if (low == Integer.MIN_VALUE && by == -1) {
      signed32(target, low, high == low ? low : Integer.MAX_VALUE);
      return;
    }
    signed32(target, Math.min(low / by, high / by), Math.max(low / by, high / by));
  }

  private static void remainder32(Scalar target, int by) {
    int most = Math.abs(by) - 1;
    if (target.s32min >= -most && target.s32max <= most) {
      return;
    }
    if (target.s32min >= 0) {
      signed32(target, 0, Math.min(target.s32max, most));
    } else if (target.s32max <= 0) {
      signed32(target, Math.max(target.s32min, -most), 0);
    } else {
      signed32(target, -most, most);
    }
  }

  private static void apply64(AluOperation operation, Scalar target, long by) {
    switch (operation) {
      case DIV -> {
        if (by == 0) {
          target.setConstant(0);
        } else {
          unsigned(
              target, Long.divideUnsigned(target.umin, by), Long.divideUnsigned(target.umax, by));
        }
      }
      case MOD -> {
        if (by != 0 && Long.compareUnsigned(target.umax, by - 1) > 0) {
          unsigned(target, 0, minUnsigned(target.umax, by - 1));
        }
      }
      case SDIV -> {
        if (by == 0) {
          target.setConstant(0);
        } else {
          divide(target, by);
        }
      }
      case SMOD -> {
        if (by != 0) {
          remainder(target, by);
        }
      }
      case ADD, SUB, MUL, OR, AND, LSH, RSH, XOR, ARSH ->
          throw new IllegalArgumentException("" + operation);
    }
  }

  private static void divide(Scalar target, long by) {
    long low = target.smin;
    long high = target.smax;
    if (low == Long.MIN_VALUE && by == -1) {
      signed(target, low, high == low ? low : Long.MAX_VALUE);
      return;
    }
    signed(target, Math.min(low / by, high / by), Math.max(low / by, high / by));
  }

  private static void remainder(Scalar target, long by) {
    long most = Math.abs(by) - 1;
    if (target.smin >= -most && target.smax <= most) {
      return;
    }
    if (target.smin >= 0) {
      signed(target, 0, Math.min(target.smax, most));
    } else if (target.smax <= 0) {
      signed(target, Math.max(target.smin, -most), 0);
    } else {
      signed(target, -most, most);
    }
  }

  private static void unsigned32(Scalar target, int low, int high) {
    target.setUnknown();
    target.u32min = low;
    target.u32max = high;
    if (low >= 0 && high >= 0) {
      target.s32min = low;
      target.s32max = high;
    }
  }

  private static void signed32(Scalar target, int low, int high) {
    target.setUnknown();
    target.s32min = low;
    target.s32max = high;
    if (low >= 0 || high < 0) {
      target.u32min = low;
      target.u32max = high;
    }
  }

  private static void unsigned(Scalar target, long low, long high) {
    target.setUnknown();
    target.umin = low;
    target.umax = high;
    if (low >= 0 && high >= 0) {
      target.smin = low;
      target.smax = high;
    }
  }

  private static void signed(Scalar target, long low, long high) {
    target.setUnknown();
    target.smin = low;
    target.smax = high;
    if (low >= 0 || high < 0) {
      target.umin = low;
      target.umax = high;
    }
  }

  /// The bytes of a number in another order, of which the first so many count.
  public static void swap(Scalar target, int bytes) {
    var before = target.bits;
    target.setUnknown();
    int shift = Long.SIZE - bytes * Byte.SIZE;
    target.bits =
        new Tnum(
            Long.reverseBytes(before.value()) >>> shift,
            Long.reverseBytes(before.mask()) >>> shift);
    target.sync();
  }

  /// The first so many bytes of a number, without the others.
  public static void truncate(Scalar target, int bytes) {
    Extensions.cut(target, bytes);
  }
}
