package org.ebpf4j.program.internal.front;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.program.KernelType;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.KernelMember;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// What the parameters of a function are when it begins.
final class Parameters {
  /// The members of `struct pt_regs` with the first arguments of a function, on x86-64.
  private static final List<String> X86_ARGUMENTS = List.of("di", "si", "dx", "cx", "r8", "r9");

  private static final int MOST_ARGUMENTS = 5;

  private final Unit unit;
  private final Flow flow;

  Parameters(Unit unit, Flow flow) {
    this.unit = unit;
    this.flow = flow;
  }

  List<Value> of(Method method) {
    var types = method.getParameterTypes();
    if (flow.function.role == Function.Role.PROGRAM) {
      flow.line = 0;
      var context = parameter(0, method.getParameterCount() == 0 ? Object.class : types[0]);
      if (types.length == 0) {
        return List.of();
      }
      if (types.length == 1 && !isArgument(types[0])) {
        context.kind = ValueKind.POINTER;
        return List.of(context);
      }
      return arguments(types, context);
    }
    if (types.length > MOST_ARGUMENTS) {
      throw new Refusal(
          "a subprogram with " + types.length + " parameters", "five at most, or no @Subprogram");
    }
    var all = new ArrayList<Value>();
    for (int i = 0; i < types.length; i++) {
      all.add(parameter(i, types[i]));
    }
    return all;
  }

  private Value parameter(int index, Class<?> type) {
    var kind = flow.function.role == Function.Role.PROGRAM ? ValueKind.POINTER : Layouts.kind(type);
    var value = flow.add(new Operation.Parameter(index), kind);
    value.type = kind == ValueKind.POINTER ? type : null;
    value.nullable = flow.function.role != Function.Role.PROGRAM && kind == ValueKind.POINTER;
    return value;
  }

  private static boolean isArgument(Class<?> type) {
    return type.isPrimitive() || type.isAnnotationPresent(KernelType.class);
  }

  /// The arguments of the function or tracepoint that the program is attached to.
  private List<Value> arguments(Class<?>[] types, Value context) {
    var all = new ArrayList<Value>();
    for (int i = 0; i < types.length; i++) {
      if (!isArgument(types[i])) {
        throw new Refusal(
            "parameter " + (i + 1) + " of type " + types[i].getSimpleName(),
            "one context, or arguments: numbers and interfaces with @KernelType");
      }
      var value =
          switch (unit.programType) {
            case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE, TRACING, LSM ->
                flow.load(context, 8 * i, 8, false, ValueKind.LONG);
            case KPROBE -> register(context, i);
            default ->
                throw new Refusal(
                    "arguments for a program of type "
                        + unit.programType.name().toLowerCase(java.util.Locale.ROOT),
                    "its context as the one parameter");
          };
      all.add(argument(value, types[i]));
    }
    return all;
  }

  private Value argument(Value value, Class<?> type) {
    if (type.isPrimitive()) {
      var kind = Layouts.kind(type);
      if (kind == ValueKind.LONG) {
        return value;
      }
      return switch (Layouts.scalar(type)) {
        case 1 ->
            type == boolean.class
                ? flow.binary(
                    org.ebpf4j.insn.AluOperation.AND,
                    ValueKind.INT,
                    Arithmetic.toInt(flow, value),
                    Flow.number(1))
                : Arithmetic.narrow(flow, value, 1);
        case 2 -> Arithmetic.narrow(flow, value, 2);
        default -> Arithmetic.toInt(flow, value);
      };
    }
    value.kind = ValueKind.POINTER;
    value.type = type;
    value.nullable = true;
    value.untrusted =
        unit.programType != ProgramType.TRACING && unit.programType != ProgramType.LSM;
    return value;
  }

  private Value register(Value context, int index) {
    if (index >= X86_ARGUMENTS.size()) {
      throw new Refusal("more than six arguments of a function", "the first six");
    }
    var arm = System.getProperty("os.arch", "").equals("aarch64");
    var member =
        arm
            ? new KernelMember("user_pt_regs", "regs", 8, false, "")
            : new KernelMember("pt_regs", X86_ARGUMENTS.get(index), 8, false, "");
    if (arm) {
      return flow.load(context, 8 * index, 8, false, ValueKind.LONG);
    }
    return flow.add(new Operation.KernelLoad(member, 8, false), ValueKind.LONG, context);
  }
}
