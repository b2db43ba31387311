package org.ebpf4j.program.internal.optimize;

import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.ValueKind;

/// The numbers from the lowest to the highest, with signs.
record Range(long low, long high) {
  private static final Range INT = new Range(Integer.MIN_VALUE, Integer.MAX_VALUE);
  private static final Range LONG = new Range(Long.MIN_VALUE, Long.MAX_VALUE);

  static Range of(ValueKind kind) {
    return kind == ValueKind.INT ? INT : LONG;
  }

  static Range exactly(long value) {
    return new Range(value, value);
  }

  /// Numbers of so many bytes.
  static Range ofBytes(int bytes, boolean signed, ValueKind kind) {
    var bits = 8 * bytes;
    if (bits >= (kind == ValueKind.INT ? 32 : 64)) {
      return of(kind);
    }
    return signed
        ? new Range(-1L << (bits - 1), (1L << (bits - 1)) - 1)
        : new Range(0, (1L << bits) - 1);
  }

  boolean isNatural() {
    return low >= 0;
  }

  boolean contains(Range other) {
    return low <= other.low && other.high <= high;
  }

  boolean isEmpty() {
    return low > high;
  }

  Range or(Range other) {
    return new Range(Math.min(low, other.low), Math.max(high, other.high));
  }

  Range and(Range other) {
    return new Range(Math.max(low, other.low), Math.min(high, other.high));
  }

  /// What is left of it where `it condition other` holds.
  Range where(Condition condition, Range other) {
    if (other.isEmpty() || isEmpty()) {
      return this;
    }
    return switch (condition) {
      case EQ -> and(other);
      case NE ->
          other.low != other.high
              ? this
              : other.low == low && low < high
                  ? new Range(low + 1, high)
                  : other.low == high && low < high ? new Range(low, high - 1) : this;
      case SLT ->
          other.high == Long.MIN_VALUE ? this : new Range(low, Math.min(high, other.high - 1));
      case SLE -> new Range(low, Math.min(high, other.high));
      case SGT ->
          other.low == Long.MAX_VALUE ? this : new Range(Math.max(low, other.low + 1), high);
      case SGE -> new Range(Math.max(low, other.low), high);
      case LT ->
          other.isNatural() ? new Range(Math.max(low, 0), Math.min(high, other.high - 1)) : this;
      case LE -> other.isNatural() ? new Range(Math.max(low, 0), Math.min(high, other.high)) : this;
      case GT -> isNatural() && other.isNatural() ? where(Condition.SGT, other) : this;
      case GE -> isNatural() && other.isNatural() ? where(Condition.SGE, other) : this;
      case SET -> this;
    };
  }
}
