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
    return Value.between(address.lo(), address.hi()).withZeros(address.zeros());
  }

  private static Value interval(Value a, Value b, boolean minus) {
    int zeros = Math.min(a.zeros(), b.zeros());
    try {
      return (minus
              ? Value.between(
                  Math.subtractExact(a.lo(), b.hi()), Math.subtractExact(a.hi(), b.lo()))
              : Value.between(Math.addExact(a.lo(), b.lo()), Math.addExact(a.hi(), b.hi())))
          .withZeros(zeros);
    } catch (ArithmeticException _) {
      return Value.ANY.withZeros(zeros);
    }
  }

  private static Sum ofNumbers(Value a, Value b, boolean minus, boolean trusted) {
    var exact = interval(a, b, minus);
    if (exact.isPositive()) {
      return new Sum(exact, Way.NARROW);
    }
    if (trusted && !minus && a.isPositive() && b.isPositive()) {
      var fitting = exact.with(exact.lo(), Integer.MAX_VALUE);
      if (fitting.lo() <= fitting.hi()) {
        return new Sum(fitting, Way.CHECKED);
      }
    }
    return new Sum(exact, exact.isNarrow() ? Way.NARROW : Way.WIDE);
  }

  private static Sum ofAddress(Value address, Value number, boolean minus, boolean trusted) {
    var exact = interval(offset(address), number, minus);
    if (exact.isWithin(Integer.MIN_VALUE, Integer.MAX_VALUE)) {
      return new Sum(
          Value.of(address.base(), exact.lo(), exact.hi())
              .withZeros(exact.zeros())
              .withOrigin(origin(address, number, minus), more(address, number, minus)),
          Way.NARROW);
    }
    if (!trusted || address.base() == Value.FRAME) {
      return UNKNOWN;
    }
    var value =
        Value.of(
                address.base(),
                Math.clamp(exact.lo(), Integer.MIN_VALUE, Integer.MAX_VALUE),
                Math.clamp(exact.hi(), Integer.MIN_VALUE, Integer.MAX_VALUE))
            .withZeros(exact.zeros())
            .withOrigin(origin(address, number, minus), more(address, number, minus));
    if (value.lo() > value.hi()) {
      return UNKNOWN;
    }
    return new Sum(
        value,
        number.isWithin(Integer.MIN_VALUE, Integer.MAX_VALUE)
                && (number.isPositive() || number.isConstant())
            ? Way.CHECKED
            : Way.CUT);
  }

  /// The number that an offset is made of, where the rest is constant.
  private static int origin(Value address, Value number, boolean minus) {
    if (number.isConstant()) {
      return address.origin();
    }
    return address.lo() == address.hi() && !minus ? number.id() : 0;
  }

  private static long more(Value address, Value number, boolean minus) {
    if (number.isConstant()) {
      return minus ? address.more() - number.lo() : address.more() + number.lo();
    }
    return address.lo();
  }
}
