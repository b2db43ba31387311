package org.ebpf4j.program.internal.front;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.AtomicOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

/// Methods of the JDK that programs can call: those of boxes, atomic numbers and `Math`.
final class JdkCalls {
  private final Flow flow;
  private final Memory memory;

  JdkCalls(Flow flow, Memory memory) {
    this.flow = flow;
    this.memory = memory;
  }

  @Nullable Value invokeStatic(Class<?> owner, String name, List<Value> arguments) {
    if (owner == Integer.class
        || owner == Long.class
        || owner == Short.class
        || owner == Byte.class
        || owner == Character.class
        || owner == Boolean.class) {
      var result = box(owner, name, arguments);
      if (result != null) {
        return result;
      }
    } else if (owner == Math.class) {
      var result = math(name, arguments);
      if (result != null) {
        return result;
      }
    } else if (owner == java.util.Objects.class && name.equals("requireNonNull")) {
      flow.nonNull(arguments.getFirst());
      return arguments.getFirst();
    }
    throw refused(owner, name);
  }

  private static Refusal refused(Class<?> owner, String name) {
    return new Refusal(
        "the method " + owner.getSimpleName() + "." + name + " of the JDK",
        "plain arithmetic, or a method of your own");
  }

  private static ValueKind kind(Class<?> box) {
    return box == Long.class ? ValueKind.LONG : ValueKind.INT;
  }

  private @Nullable Value box(Class<?> owner, String name, List<Value> arguments) {
    var kind = kind(owner);
    var a = arguments.getFirst();
    return switch (name) {
      case "valueOf" -> a.kind == ValueKind.POINTER ? null : a;
      case "reverseBytes" -> reverse(owner, a);
      case "toUnsignedLong" ->
          owner == Integer.class
              ? flow.add(new Operation.Cut(), ValueKind.LONG, a)
              : Arithmetic.toLong(flow, mask(owner, a));
      case "toUnsignedInt" -> mask(owner, a);
      case "compareUnsigned" ->
          owner == Integer.class || owner == Long.class
              ? order(kind == ValueKind.LONG, false, a, arguments.get(1))
              : null;
      case "compare" ->
          owner == Integer.class || owner == Long.class
              ? order(kind == ValueKind.LONG, true, a, arguments.get(1))
              : flow.binary(AluOperation.SUB, ValueKind.INT, a, arguments.get(1));
      case "divideUnsigned" -> Arithmetic.divideUnsigned(flow, false, kind, a, arguments.get(1));
      case "remainderUnsigned" -> Arithmetic.divideUnsigned(flow, true, kind, a, arguments.get(1));
      case "sum" -> flow.binary(AluOperation.ADD, kind, a, arguments.get(1));
      case "min" -> smallest(Condition.SLT, kind, a, arguments.get(1));
      case "max" -> smallest(Condition.SGT, kind, a, arguments.get(1));
      case "rotateLeft" -> rotate(kind, a, arguments.get(1), AluOperation.LSH, AluOperation.RSH);
      case "rotateRight" -> rotate(kind, a, arguments.get(1), AluOperation.RSH, AluOperation.LSH);
      default -> null;
    };
  }

  private static Value order(boolean wide, boolean signed, Value a, Value b) {
    return new Value(new Operation.Order(wide, signed), ValueKind.INT, a, b);
  }

  private Value mask(Class<?> owner, Value a) {
    return flow.binary(
        AluOperation.AND, ValueKind.INT, a, Flow.number(owner == Byte.class ? 0xff : 0xffff));
  }

  private Value reverse(Class<?> owner, Value a) {
    var bytes = Layouts.scalar(owner);
    if (a.isConstant()) {
      return Value.constant(
          kind(owner),
          switch (bytes) {
            case 2 ->
                owner == Short.class
                    ? Short.reverseBytes((short) a.number())
                    : Character.reverseBytes((char) a.number());
            case 4 -> Integer.reverseBytes((int) a.number());
            default -> Long.reverseBytes(a.number());
          });
    }
    var swapped = flow.add(new Operation.Swap(bytes), kind(owner), a);
    return owner == Short.class ? Arithmetic.narrow(flow, swapped, 2) : swapped;
  }

  private Value rotate(ValueKind kind, Value a, Value by, AluOperation there, AluOperation back) {
    var bits = Flow.number(kind == ValueKind.LONG ? 64 : 32);
    var rest = flow.binary(AluOperation.SUB, ValueKind.INT, bits, by);
    return flow.binary(
        AluOperation.OR,
        kind,
        Arithmetic.shift(flow, there, kind, a, by),
        Arithmetic.shift(flow, back, kind, a, rest));
  }

  private Value smallest(Condition condition, ValueKind kind, Value a, Value b) {
    return a.isConstant() && b.isConstant()
        ? org.ebpf4j.program.internal.ir.Conditions.holds(condition, true, a.number(), b.number())
            ? a
            : b
        : flow.choose(condition, kind == ValueKind.LONG, a, b, a, b);
  }

  private @Nullable Value math(String name, List<Value> arguments) {
    var a = arguments.getFirst();
    var kind = a.kind;
    if (kind == ValueKind.POINTER) {
      return null;
    }
    return switch (name) {
      case "min" -> smallest(Condition.SLT, kind, a, arguments.get(1));
      case "max" -> smallest(Condition.SGT, kind, a, arguments.get(1));
      case "abs" ->
          flow.choose(
              Condition.SLT,
              kind == ValueKind.LONG,
              a,
              Value.constant(kind, 0),
              flow.add(new Operation.Negate(), kind, a),
              a);
      default -> null;
    };
  }

  @Nullable Value invoke(Value self, Class<?> owner, String name, List<Value> arguments) {
    if (owner == AtomicLong.class || owner == AtomicInteger.class) {
      return atomic(self, owner, name, arguments);
    }
    if (name.endsWith("Value")
        && (owner == Integer.class
            || owner == Long.class
            || owner == Short.class
            || owner == Byte.class
            || owner == Character.class
            || owner == Boolean.class
            || owner == Number.class)) {
      return unbox(self, owner, name);
    }
    if (name.equals("<init>") && (owner == Object.class || owner == Record.class)) {
      return null;
    }
    if (owner == Object.class && name.equals("getClass")) {
      flow.nonNull(self);
      return self;
    }
    throw refused(owner, name);
  }

  private Value unbox(Value self, Class<?> owner, String name) {
    var value = self;
    if (self.kind == ValueKind.POINTER) {
      flow.nonNull(self);
      var type = self.type == null ? owner : self.type;
      var bytes = Layouts.scalar(type);
      if (bytes == 0) {
        throw refused(owner, name);
      }
      value = flow.load(self, 0, bytes, Layouts.signed(type), kind(type));
    }
    if (name.equals("longValue")) {
      return value.kind == ValueKind.LONG ? value : Arithmetic.toLong(flow, value);
    }
    if (name.equals("intValue") || name.equals("shortValue") || name.equals("byteValue")) {
      var narrow = value.kind == ValueKind.LONG ? Arithmetic.toInt(flow, value) : value;
      return name.startsWith("int")
          ? narrow
          : Arithmetic.narrow(flow, narrow, name.startsWith("short") ? 2 : 1);
    }
    return value;
  }

  private @Nullable Value atomic(Value self, Class<?> owner, String name, List<Value> arguments) {
    var bytes = Layouts.scalar(owner);
    var kind = bytes == 8 ? ValueKind.LONG : ValueKind.INT;
    var operand = arguments.isEmpty() ? Value.constant(kind, 0) : arguments.getFirst();
    if (name.equals("<init>")) {
      flow.store(self, 0, bytes, operand);
      return null;
    }
    flow.nonNull(self);
    var one = Value.constant(kind, 1);
    var minusOne = Value.constant(kind, -1);
    return switch (name) {
      case "get", "getPlain", "getAcquire", "getOpaque", "intValue", "longValue" ->
          read(self, bytes, kind, name);
      case "set", "setPlain", "setRelease", "setOpaque", "lazySet" -> {
        flow.store(self, 0, bytes, operand);
        yield null;
      }
      case "incrementAndGet" -> addThen(self, one, bytes, kind);
      case "decrementAndGet" -> addThen(self, minusOne, bytes, kind);
      case "addAndGet" -> addThen(self, operand, bytes, kind);
      case "getAndIncrement" -> fetch(AtomicOperation.FETCH_ADD, self, one, bytes, kind);
      case "getAndDecrement" -> fetch(AtomicOperation.FETCH_ADD, self, minusOne, bytes, kind);
      case "getAndAdd" -> fetch(AtomicOperation.FETCH_ADD, self, operand, bytes, kind);
      case "getAndSet" -> fetch(AtomicOperation.XCHG, self, operand, bytes, kind);
      case "compareAndSet", "weakCompareAndSetPlain", "weakCompareAndSetVolatile" -> {
        var before =
            flow.add(
                new Operation.Atomic(AtomicOperation.CMPXCHG, 0, bytes),
                kind,
                self,
                arguments.get(1),
                operand);
        yield new Value(
            new Operation.Comparison(Condition.EQ, bytes == 8), ValueKind.INT, before, operand);
      }
      default -> throw refused(owner, name);
    };
  }

  private Value read(Value self, int bytes, ValueKind kind, String name) {
    var value = flow.load(self, 0, bytes, true, kind);
    if (name.equals("longValue") && kind == ValueKind.INT) {
      return Arithmetic.toLong(flow, value);
    }
    return name.equals("intValue") && kind == ValueKind.LONG
        ? Arithmetic.toInt(flow, value)
        : value;
  }

  private Value addThen(Value self, Value by, int bytes, ValueKind kind) {
    return flow.binary(
        AluOperation.ADD, kind, fetch(AtomicOperation.FETCH_ADD, self, by, bytes, kind), by);
  }

  /// The value before. Where nobody uses it, no fetch is done.
  private Value fetch(
      AtomicOperation operation, Value self, Value operand, int bytes, ValueKind kind) {
    return flow.add(new Operation.Atomic(operation, 0, bytes), kind, self, operand);
  }

  Memory memory() {
    return memory;
  }
}
