package org.ebpf4j.program.internal.front;

import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NopInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.util.Deque;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// Instructions of the JVM that do not end a part, one by one.
final class Steps {
  private final Flow flow;
  private final Unit unit;
  private final Memory memory;
  private final Invocations invocations;

  Steps(MethodReader reader) {
    this.flow = reader.flow;
    this.unit = reader.unit;
    this.memory = new Memory(unit, flow);
    this.invocations = new Invocations(reader, memory);
  }

  void step(Instruction instruction, Deque<Value> stack, int base) {
    switch (instruction) {
      case ConstantInstruction c -> stack.push(constant(c));
      case LoadInstruction load -> stack.push(flow.read(base + load.slot(), kind(load.typeKind())));
      case StoreInstruction store -> {
        kind(store.typeKind());
        flow.write(base + store.slot(), flow.plain(stack.pop()));
      }
      case IncrementInstruction i ->
          flow.write(
              base + i.slot(),
              flow.binary(
                  AluOperation.ADD,
                  ValueKind.INT,
                  flow.read(base + i.slot(), ValueKind.INT),
                  Flow.number(i.constant())));
      case StackInstruction s -> StackSteps.step(s.opcode(), stack);
      case OperatorInstruction operator -> operator(operator.opcode(), stack);
      case ConvertInstruction convert -> convert(convert.opcode(), stack);
      case NopInstruction _ -> {
        // Nothing.
      }
      case TypeCheckInstruction check -> {
        if (check.opcode() != Opcode.CHECKCAST) {
          throw new Refusal("instanceof", "a number in the object that says its kind");
        }
        cast(check, stack);
      }
      case NewObjectInstruction n -> stack.push(newObject(n));
      case NewPrimitiveArrayInstruction array ->
          stack.push(memory.newArray(array.typeKind(), flow.plain(stack.pop())));
      case ArrayLoadInstruction _ -> {
        var index = flow.plain(stack.pop());
        stack.push(memory.loadElement(stack.pop().resolve(), index));
      }
      case ArrayStoreInstruction _ -> {
        var value = flow.plain(stack.pop());
        var index = flow.plain(stack.pop());
        memory.storeElement(stack.pop().resolve(), index, value);
      }
      case FieldInstruction field -> field(field, stack);
      case InvokeInstruction call -> invocations.invoke(call, stack);
      case InvokeDynamicInstruction dynamic -> invocations.dynamic(dynamic, stack);
      case MonitorInstruction _ ->
          throw new Refusal("synchronized", "an AtomicLong or AtomicInteger");
      default ->
          throw new Refusal(
              "the instruction " + instruction.opcode(), "arrays of numbers, and objects");
    }
  }

  static ValueKind kind(TypeKind kind) {
    return switch (kind) {
      case BOOLEAN, BYTE, CHAR, SHORT, INT -> ValueKind.INT;
      case LONG -> ValueKind.LONG;
      case REFERENCE -> ValueKind.POINTER;
      case VOID -> ValueKind.NOTHING;
      case FLOAT, DOUBLE -> throw Layouts.floating();
    };
  }

  private Value constant(ConstantInstruction instruction) {
    if (instruction.opcode() == Opcode.ACONST_NULL) {
      return Value.constant(ValueKind.POINTER, 0);
    }
    return switch (instruction.constantValue()) {
      case Integer i -> Value.constant(ValueKind.INT, i);
      case Long l -> Value.constant(ValueKind.LONG, l);
      case String text -> Value.known(text);
      case ClassDesc type -> Value.known(unit.classes.find(type));
      default -> throw Layouts.floating();
    };
  }

  private Value newObject(NewObjectInstruction instruction) {
    var type = unit.classes.find(instruction.className().asInternalName());
    if (Throwable.class.isAssignableFrom(type)) {
      return Value.known(new Thrown(type));
    }
    if (Layouts.isAtomic(type)) {
      return flow.allocate(Layouts.scalar(type), type, false);
    }
    if (type.getName().startsWith("java.")) {
      if (type == StringBuilder.class) {
        throw strings();
      }
      throw new Refusal(
          "new " + type.getSimpleName() + ": a class of the JDK that no program can use",
          "a record, a class of numbers, or a map of org.ebpf4j.program.map");
    }
    var layout = unit.layouts.of(type);
    return flow.allocate(layout.size(), type, !type.isRecord() || layout.padded());
  }

  static Refusal strings() {
    return new Refusal(
        "strings that are put together",
        "Bpf.printk with a format and numbers, or a byte[] in an event");
  }

  private void cast(TypeCheckInstruction check, Deque<Value> stack) {
    var value = stack.peek();
    if (value != null && (value.resolve().type == null || value.resolve().type == Object.class)) {
      var resolved = value.resolve();
      if (resolved.kind == ValueKind.POINTER && !resolved.isConstant()) {
        resolved.type = unit.classes.find(check.type().asInternalName());
      }
    }
  }

  private void operator(Opcode opcode, Deque<Value> stack) {
    switch (opcode) {
      case ARRAYLENGTH -> stack.push(Flow.number(Memory.length(stack.pop().resolve())));
      case INEG -> stack.push(negate(ValueKind.INT, flow.plain(stack.pop())));
      case LNEG -> stack.push(negate(ValueKind.LONG, flow.plain(stack.pop())));
      case LCMP -> {
        var b = stack.pop();
        var a = stack.pop();
        stack.push(new Value(new Operation.Order(true, true), ValueKind.INT, a, b));
      }
      default -> {
        var b = flow.plain(stack.pop());
        var a = flow.plain(stack.pop());
        stack.push(binary(opcode, a, b));
      }
    }
  }

  private Value negate(ValueKind kind, Value value) {
    return value.isConstant()
        ? Value.constant(kind, -value.number())
        : flow.add(new Operation.Negate(), kind, value);
  }

  private Value binary(Opcode opcode, Value a, Value b) {
    return switch (opcode) {
      case IADD -> flow.binary(AluOperation.ADD, ValueKind.INT, a, b);
      case LADD -> flow.binary(AluOperation.ADD, ValueKind.LONG, a, b);
      case ISUB -> flow.binary(AluOperation.SUB, ValueKind.INT, a, b);
      case LSUB -> flow.binary(AluOperation.SUB, ValueKind.LONG, a, b);
      case IMUL -> flow.binary(AluOperation.MUL, ValueKind.INT, a, b);
      case LMUL -> flow.binary(AluOperation.MUL, ValueKind.LONG, a, b);
      case IDIV -> Arithmetic.divide(flow, false, ValueKind.INT, a, b);
      case LDIV -> Arithmetic.divide(flow, false, ValueKind.LONG, a, b);
      case IREM -> Arithmetic.divide(flow, true, ValueKind.INT, a, b);
      case LREM -> Arithmetic.divide(flow, true, ValueKind.LONG, a, b);
      case IAND -> flow.binary(AluOperation.AND, ValueKind.INT, a, b);
      case LAND -> flow.binary(AluOperation.AND, ValueKind.LONG, a, b);
      case IOR -> flow.binary(AluOperation.OR, ValueKind.INT, a, b);
      case LOR -> flow.binary(AluOperation.OR, ValueKind.LONG, a, b);
      case IXOR -> flow.binary(AluOperation.XOR, ValueKind.INT, a, b);
      case LXOR -> flow.binary(AluOperation.XOR, ValueKind.LONG, a, b);
      case ISHL -> Arithmetic.shift(flow, AluOperation.LSH, ValueKind.INT, a, b);
      case LSHL -> Arithmetic.shift(flow, AluOperation.LSH, ValueKind.LONG, a, b);
      case ISHR -> Arithmetic.shift(flow, AluOperation.ARSH, ValueKind.INT, a, b);
      case LSHR -> Arithmetic.shift(flow, AluOperation.ARSH, ValueKind.LONG, a, b);
      case IUSHR -> Arithmetic.shift(flow, AluOperation.RSH, ValueKind.INT, a, b);
      case LUSHR -> Arithmetic.shift(flow, AluOperation.RSH, ValueKind.LONG, a, b);
      default -> throw Layouts.floating();
    };
  }

  private void convert(Opcode opcode, Deque<Value> stack) {
    var a = flow.plain(stack.pop().resolve());
    stack.push(
        switch (opcode) {
          case I2L -> Arithmetic.toLong(flow, a);
          case L2I -> Arithmetic.toInt(flow, a);
          case I2B -> Arithmetic.narrow(flow, a, 1);
          case I2S -> Arithmetic.narrow(flow, a, 2);
          case I2C -> flow.binary(AluOperation.AND, ValueKind.INT, a, Flow.number(0xffff));
          default -> throw Layouts.floating();
        });
  }

  private void field(FieldInstruction instruction, Deque<Value> stack) {
    var owner = unit.classes.find(instruction.owner().asInternalName());
    var name = instruction.name().stringValue();
    switch (instruction.opcode()) {
      case GETSTATIC -> stack.push(memory.getStatic(owner, name));
      case PUTSTATIC -> memory.putStatic(owner, name, flow.plain(stack.pop()));
      case GETFIELD -> stack.push(memory.getField(stack.pop().resolve(), owner, name));
      default -> {
        var value = flow.plain(stack.pop().resolve());
        memory.putField(stack.pop().resolve(), owner, name, value);
      }
    }
  }
}
