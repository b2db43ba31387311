package org.ebpf4j.program.internal.front;

import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

/// Operations of Java on numbers, with constants worked out.
final class Arithmetic {
  private Arithmetic() {}

  static Value binary(Flow flow, AluOperation operation, ValueKind kind, Value left, Value right) {
    var a = left.resolve();
    var b = right.resolve();
    if (a.isConstant() && b.isConstant()) {
      var folded = fold(operation, kind, a.number(), b.number());
      if (folded != null) {
        return Value.constant(kind, folded);
      }
    }
    if (a.isConstant() && commutes(operation)) {
      var other = a;
      a = b;
      b = other;
    }
    if (b.isConstant()) {
      var number = b.number();
      if (number == 0 && isNeutral(operation)) {
        return a;
      }
      if (operation == AluOperation.AND && number == -1) {
        return a;
      }
      if (operation == AluOperation.MUL && number > 0 && Long.bitCount(number) == 1) {
        return binary(
            flow,
            AluOperation.LSH,
            kind,
            a,
            Value.constant(kind, Long.numberOfTrailingZeros(number)));
      }
      if (operation == AluOperation.SUB && number != Long.MIN_VALUE && number == (int) number) {
        return binary(flow, AluOperation.ADD, kind, a, Value.constant(kind, -number));
      }
      if (operation == AluOperation.AND) {
        var unsigned = unsignedLoad(flow, a, number);
        if (unsigned != null) {
          return unsigned;
        }
      }
      if (operation == AluOperation.ADD
          && a.operation instanceof Operation.Binary(var inner)
          && inner == AluOperation.ADD
          && a.kind == kind
          && a.input(1).isConstant()
          && kind != ValueKind.POINTER) {
        return binary(
            flow,
            AluOperation.ADD,
            kind,
            a.input(0),
            Value.constant(kind, a.input(1).number() + number));
      }
    }
    return flow.add(new Operation.Binary(operation), kind, a, b);
  }

  /// `bytes[i] & 0xff` is a load without a sign.
  private static @Nullable Value unsignedLoad(Flow flow, Value a, long mask) {
    if (a.operation instanceof Operation.Load(var offset, var bytes, var signed)
        && ((bytes == 1 && mask == 0xff) || (bytes == 2 && mask == 0xffff))) {
      if (!signed) {
        return a;
      }
      var values = flow.current.values;
      if (!values.isEmpty() && values.getLast() == a) {
        return flow.load(a.input(0), offset, bytes, false, a.kind);
      }
    }
    return null;
  }

  private static boolean commutes(AluOperation operation) {
    return switch (operation) {
      case ADD, MUL, AND, OR, XOR -> true;
      case SUB, DIV, LSH, RSH, MOD, ARSH, SDIV, SMOD -> false;
    };
  }

  private static boolean isNeutral(AluOperation operation) {
    return switch (operation) {
      case ADD, SUB, OR, XOR, LSH, RSH, ARSH -> true;
      case MUL, AND, DIV, MOD, SDIV, SMOD -> false;
    };
  }

  private static @Nullable Long fold(AluOperation operation, ValueKind kind, long a, long b) {
    var wide = kind != ValueKind.INT;
    return switch (operation) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
      case LSH -> wide ? a << b : (int) a << b;
      case RSH -> wide ? a >>> b : (int) a >>> b;
      case ARSH -> wide ? a >> b : (int) a >> b;
      case SDIV -> b == 0 ? null : wide ? Long.valueOf(a / b) : Long.valueOf((int) a / (int) b);
      case SMOD -> b == 0 ? null : wide ? Long.valueOf(a % b) : Long.valueOf((int) a % (int) b);
      case DIV, MOD -> null;
    };
  }

  /// Division and remainder of Java: an exception for a divisor of 0.
  static Value divide(Flow flow, boolean remainder, ValueKind kind, Value a, Value b) {
    flow.faultIf(
        Condition.EQ,
        kind == ValueKind.LONG,
        b,
        Value.constant(kind, 0),
        ArithmeticException.class);
    if (a.isConstant() && b.isConstant() && b.number() == 0) {
      return Value.constant(kind, 0);
    }
    if (isNatural(a) && b.isConstant() && b.number() > 0) {
      return binary(flow, remainder ? AluOperation.MOD : AluOperation.DIV, kind, a, b);
    }
    var knownDivisor = b.isConstant() && b.number() != -1;
    if (flow.features.signedDivision() || (flow.features.signed() && knownDivisor)) {
      return binary(flow, remainder ? AluOperation.SMOD : AluOperation.SDIV, kind, a, b);
    }
    var last = Value.constant(kind, kind == ValueKind.INT ? 31 : 63);
    var signA = binary(flow, AluOperation.ARSH, kind, a, last);
    var signB = binary(flow, AluOperation.ARSH, kind, b, last);
    var result =
        flow.add(
            new Operation.Binary(remainder ? AluOperation.MOD : AluOperation.DIV),
            kind,
            signed(flow, kind, a, signA),
            signed(flow, kind, b, signB));
    var sign = remainder ? signA : binary(flow, AluOperation.XOR, kind, signA, signB);
    return signed(flow, kind, result, sign);
  }

  /// The value, or its opposite where the sign is −1.
  private static Value signed(Flow flow, ValueKind kind, Value value, Value sign) {
    return binary(
        flow, AluOperation.SUB, kind, binary(flow, AluOperation.XOR, kind, value, sign), sign);
  }

  static Value divideUnsigned(Flow flow, boolean remainder, ValueKind kind, Value a, Value b) {
    flow.faultIf(
        Condition.EQ,
        kind == ValueKind.LONG,
        b,
        Value.constant(kind, 0),
        ArithmeticException.class);
    return flow.add(
        new Operation.Binary(remainder ? AluOperation.MOD : AluOperation.DIV), kind, a, b);
  }

  static Value shift(Flow flow, AluOperation operation, ValueKind kind, Value a, Value distance) {
    var by = distance.resolve();
    if (by.isConstant()) {
      return binary(
          flow,
          operation,
          kind,
          a,
          Value.constant(kind, by.number() & (kind == ValueKind.LONG ? 63 : 31)));
    }
    return binary(flow, operation, kind, a, by);
  }

  /// Whether an int is seen to be 0 or more.
  static boolean isNatural(Value value) {
    return switch (value.operation) {
      case Operation.Constant(var number) -> number >= 0;
      case Operation.Load(_, var bytes, var signed) ->
          !signed && bytes < (value.kind == ValueKind.INT ? 4 : 8);
      case Operation.Swap(var bytes) -> bytes == 2;
      case Operation.Binary(var operation) ->
          value.input(1).isConstant()
              && switch (operation) {
                case AND -> value.input(1).number() >= 0;
                case RSH -> value.input(1).number() > 0;
                case MOD, DIV -> isNatural(value.input(0)) && value.input(1).number() > 0;
                case ADD, SUB, MUL, OR, LSH, XOR, ARSH, SDIV, SMOD -> false;
              };
      default -> false;
    };
  }

  static Value toLong(Flow flow, Value a) {
    if (a.isConstant()) {
      return Value.constant(ValueKind.LONG, a.number());
    }
    return isNatural(a)
        ? flow.add(new Operation.Cut(), ValueKind.LONG, a)
        : flow.add(new Operation.Extend(4), ValueKind.LONG, a);
  }

  static Value toInt(Flow flow, Value a) {
    return a.isConstant()
        ? Value.constant(ValueKind.INT, a.number())
        : flow.add(new Operation.Cut(), ValueKind.INT, a);
  }

  /// The low bytes with their sign, as an int.
  static Value narrow(Flow flow, Value a, int bytes) {
    if (a.isConstant()) {
      return Value.constant(ValueKind.INT, bytes == 1 ? (byte) a.number() : (short) a.number());
    }
    if (a.operation instanceof Operation.Load(_, var loaded, var signed)
        && ((signed && loaded <= bytes) || loaded < bytes)) {
      return a;
    }
    return flow.add(new Operation.Extend(bytes), ValueKind.INT, a);
  }
}
