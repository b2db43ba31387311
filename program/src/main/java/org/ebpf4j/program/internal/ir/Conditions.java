package org.ebpf4j.program.internal.ir;

import org.ebpf4j.insn.Condition;

/// Comparisons turned around.
public final class Conditions {
  private Conditions() {}

  /// What holds where the comparison does not.
  public static Condition not(Condition condition) {
    return switch (condition) {
      case EQ -> Condition.NE;
      case NE -> Condition.EQ;
      case GT -> Condition.LE;
      case LE -> Condition.GT;
      case GE -> Condition.LT;
      case LT -> Condition.GE;
      case SGT -> Condition.SLE;
      case SLE -> Condition.SGT;
      case SGE -> Condition.SLT;
      case SLT -> Condition.SGE;
      case SET -> throw new IllegalArgumentException("no opposite of " + condition);
    };
  }

  /// The same comparison with its sides exchanged.
  public static Condition swapped(Condition condition) {
    return switch (condition) {
      case EQ, NE, SET -> condition;
      case GT -> Condition.LT;
      case LT -> Condition.GT;
      case GE -> Condition.LE;
      case LE -> Condition.GE;
      case SGT -> Condition.SLT;
      case SLT -> Condition.SGT;
      case SGE -> Condition.SLE;
      case SLE -> Condition.SGE;
    };
  }

  /// The same comparison without signs.
  public static Condition unsigned(Condition condition) {
    return switch (condition) {
      case EQ, NE, SET, GT, GE, LT, LE -> condition;
      case SGT -> Condition.GT;
      case SGE -> Condition.GE;
      case SLT -> Condition.LT;
      case SLE -> Condition.LE;
    };
  }

  /// Whether it holds for two numbers.
  public static boolean holds(Condition condition, boolean wide, long left, long right) {
    var a = wide ? left : (int) left;
    var b = wide ? right : (int) right;
    // Without signs, the order of two ints is that of their sign-extended longs.
    return switch (condition) {
      case EQ -> a == b;
      case NE -> a != b;
      case GT -> Long.compareUnsigned(a, b) > 0;
      case GE -> Long.compareUnsigned(a, b) >= 0;
      case LT -> Long.compareUnsigned(a, b) < 0;
      case LE -> Long.compareUnsigned(a, b) <= 0;
      case SGT -> a > b;
      case SGE -> a >= b;
      case SLT -> a < b;
      case SLE -> a <= b;
      case SET -> (a & b) != 0;
    };
  }
}
