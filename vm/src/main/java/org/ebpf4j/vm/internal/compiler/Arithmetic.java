package org.ebpf4j.vm.internal.compiler;

import static org.ebpf4j.insn.Opcode.*;

import org.ebpf4j.insn.Slot;

/// What is known of the results of arithmetic.
final class Arithmetic {
  private static final Value HALF = Value.between(0, Value.U32);

  private Arithmetic() {}

  /// The result of an operation of 64 bits on two numbers, other than a sum.
  static Value wide(int operation, Value a, Value b, int offset) {
    return range(operation, a, b).withZeros(zeros(operation, number(a), number(b)));
  }

  /// What is known of an address as a number.
  private static Value number(Value value) {
    return value.base() == Value.FRAME ? Value.ANY : value;
  }

  /// How many of the lowest bits of a result are zero.
  private static int zeros(int operation, Value a, Value b) {
    return switch (operation) {
      case MUL -> a.zeros() + b.zeros();
      case AND -> Math.max(a.zeros(), b.zeros());
      case OR, XOR, ADD, SUB -> Math.min(a.zeros(), b.zeros());
      case LSH ->
          b.isConstant() && b.lo() >= 0 && b.lo() < Long.SIZE ? a.zeros() + (int) b.lo() : 0;
      default -> 0;
    };
  }

  private static Value range(int operation, Value a, Value b) {
    boolean natural = a.isScalar() && b.isScalar() && a.lo() >= 0 && b.lo() >= 0;
    return switch (operation) {
      case MUL -> natural ? product(a, b) : Value.ANY;
      case AND -> and(a, b);
      case OR, XOR -> natural ? Value.between(0, ones(a.hi() | b.hi())) : Value.ANY;
      case LSH -> natural && b.hi() < Long.SIZE ? shifted(a, b) : Value.ANY;
      case RSH -> right(a, b);
      case ARSH ->
          natural && b.hi() < Long.SIZE
              ? Value.between(a.lo() >> b.hi(), a.hi() >> b.lo())
              : Value.ANY;
      case DIV -> natural ? Value.between(0, a.hi()) : Value.ANY;
      case MOD -> natural ? remainder(a, b) : Value.ANY;
      default -> Value.ANY;
    };
  }

  /// The result of an operation of 32 bits, the upper half of which is zero.
  static Value half(int operation, Value a, Value b, int offset) {
    boolean shifts = operation == LSH && !(b.isConstant() && b.lo() >= 0 && b.lo() < Integer.SIZE);
    return halfRange(operation, a, b, offset)
        .withZeros(shifts ? 0 : zeros(operation, number(a), number(b)));
  }

  private static Value halfRange(int operation, Value a, Value b, int offset) {
    if (operation == ADD || operation == SUB) {
      int half = (int) b.lo();
      var second = b.isConstant() ? Value.constant(half) : b;
      return a.isNarrow() && (b.isNarrow() || b.isConstant())
          ? sum(a, second, operation == SUB)
          : HALF;
    }
    return ofHalves(operation, operation == AND ? low(a) : a, low(b), offset);
  }

  private static Value sum(Value a, Value b, boolean minus) {
    var exact =
        minus
            ? Value.between(a.lo() - b.hi(), a.hi() - b.lo())
            : Value.between(a.lo() + b.lo(), a.hi() + b.hi());
    return exact.isNarrow() ? exact : HALF;
  }

  private static Value ofHalves(int operation, Value a, Value b, int offset) {
    if (!a.isNarrow()) {
      return switch (operation) {
        case RSH ->
            b.isConstant() && b.lo() >= 0 && b.lo() < Integer.SIZE
                ? Value.between(0, Value.U32 >>> b.lo())
                : HALF;
        case MOD ->
            offset != OFFSET_SIGNED && b.isNarrow() && b.lo() > 0
                ? Value.between(0, b.hi() - 1)
                : HALF;
        default -> HALF;
      };
    }
    if ((operation == LSH || operation == RSH || operation == ARSH) && b.hi() >= Integer.SIZE) {
      return HALF;
    }
    if ((operation == ARSH || ((operation == DIV || operation == MOD) && offset == OFFSET_SIGNED))
        && !(a.isPositive() && b.isPositive())) {
      return HALF;
    }
    var exact = wide(operation, a, b, offset);
    return exact.isNarrow() ? exact : HALF;
  }

  /// The lower half of a number.
  static Value low(Value value) {
    if (value.isNarrow()) {
      return value;
    }
    return value.isConstant()
        ? Value.constant(value.lo() & Value.U32)
        : HALF.withZeros(number(value).zeros());
  }

  /// A move through a narrower signed type.
  static Value signed(Value value, int bits) {
    long most = (1L << (bits - 1)) - 1;
    return value.isScalar() && value.isWithin(-most - 1, most)
        ? value.withId(0)
        : Value.between(-most - 1, most);
  }

  /// What a load or a change of the order of bytes gives.
  static Value unsigned(int bits) {
    return bits == Long.SIZE ? Value.ANY : Value.between(0, (1L << bits) - 1);
  }

  private static Value product(Value a, Value b) {
    long most = Math.multiplyHigh(a.hi(), b.hi()) == 0 ? a.hi() * b.hi() : -1;
    return most >= 0 ? Value.between(a.lo() * b.lo(), most) : Value.ANY;
  }

  private static Value and(Value a, Value b) {
    boolean first = a.isScalar() && a.lo() >= 0;
    boolean second = b.isScalar() && b.lo() >= 0;
    if (first && second) {
      return Value.between(0, Math.min(a.hi(), b.hi()));
    }
    return first ? Value.between(0, a.hi()) : second ? Value.between(0, b.hi()) : Value.ANY;
  }

  private static Value shifted(Value a, Value b) {
    return Long.numberOfLeadingZeros(a.hi()) > b.hi()
        ? Value.between(a.lo() << b.lo(), a.hi() << b.hi())
        : Value.ANY;
  }

  private static Value right(Value a, Value b) {
    if (!b.isScalar() || b.lo() < 0 || b.hi() >= Long.SIZE) {
      return Value.ANY;
    }
    if (a.isScalar() && a.lo() >= 0) {
      return Value.between(a.lo() >>> b.hi(), a.hi() >>> b.lo());
    }
    return b.lo() > 0 ? Value.between(0, -1L >>> b.lo()) : Value.ANY;
  }

  private static Value remainder(Value a, Value b) {
    return Value.between(0, b.lo() > 0 ? Math.min(a.hi(), b.hi() - 1) : a.hi());
  }

  /// The greatest number with as many bits.
  private static long ones(long number) {
    return number == 0 ? 0 : -1L >>> Long.numberOfLeadingZeros(number);
  }

  /// The bytes that an opcode loads or stores.
  static int bytes(long s) {
    return switch (Slot.opcode(s) & SIZE_MASK) {
      case B -> 1;
      case H -> 2;
      case W -> 4;
      default -> 8;
    };
  }
}
