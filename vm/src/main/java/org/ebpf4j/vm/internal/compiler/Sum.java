package org.ebpf4j.vm.internal.compiler;

/// What comes of an addition or subtraction of 64 bits, and how it is done.
///
/// @param value what is known of the result
/// @param way how
record Sum(Value value, Way way) {
  enum Way {
    /// In 64 bits.
    WIDE,

    /// In 32 bits: the result is known to fit.
    NARROW,

    /// In 32 bits, and the interpreter goes on where the result does not fit.
    CHECKED,

    /// As [#CHECKED], of an operand that may not fit either.
    CUT
  }

  private static final Sum UNKNOWN = new Sum(Value.ANY, Way.WIDE);

  /// @param minus whether it is a subtraction
  /// @param trusted whether it may be taken for granted that offsets and counters have 32 bits
  static Sum of(Value a, Value b, boolean minus, boolean trusted) {
    if (a.isScalar() && b.isScalar()) {
      return ofNumbers(a, b, minus, trusted);
    }
    if (b.isScalar()) {
      return ofAddress(a, b, minus, trusted);
    }
    if (a.isScalar()) {
      return minus ? UNKNOWN : ofAddress(b, a, false, trusted);
    }
    return minus && a.base() == b.base() ? ofNumbers(offset(a), offset(b), true, false) : UNKNOWN;
  }

  private static Value offset(Value address) {
    return Value.between(address.lo(), address.hi());
  }

  private static Value interval(Value a, Value b, boolean minus) {
    try {
      return minus
          ? Value.between(Math.subtractExact(a.lo(), b.hi()), Math.subtractExact(a.hi(), b.lo()))
          : Value.between(Math.addExact(a.lo(), b.lo()), Math.addExact(a.hi(), b.hi()));
    } catch (ArithmeticException _) {
      return Value.ANY;
    }
  }

  private static Sum ofNumbers(Value a, Value b, boolean minus, boolean trusted) {
    var exact = interval(a, b, minus);
    if (exact.isNarrow()) {
      return new Sum(exact, Way.NARROW);
    }
    if (trusted && !minus && a.isPositive() && b.isPositive()) {
      return new Sum(Value.between(exact.lo(), Integer.MAX_VALUE), Way.CHECKED);
    }
    return new Sum(exact, Way.WIDE);
  }

  private static Sum ofAddress(Value address, Value number, boolean minus, boolean trusted) {
    var exact = interval(offset(address), number, minus);
    if (exact.isWithin(Integer.MIN_VALUE, Integer.MAX_VALUE)) {
      return new Sum(new Value(address.base(), exact.lo(), exact.hi(), 0), Way.NARROW);
    }
    if (!trusted || address.base() == Value.FRAME) {
      return UNKNOWN;
    }
    var value =
        new Value(
            address.base(),
            Math.clamp(exact.lo(), Integer.MIN_VALUE, Integer.MAX_VALUE),
            Math.clamp(exact.hi(), Integer.MIN_VALUE, Integer.MAX_VALUE),
            0);
    return new Sum(
        value,
        number.isWithin(Integer.MIN_VALUE, Integer.MAX_VALUE)
                && (number.isPositive() || number.isConstant())
            ? Way.CHECKED
            : Way.CUT);
  }
}
