package org.ebpf4j.program.internal.front;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

/// Calls of functions of the kernel by their names (kfuncs). What one of them gives to keep is
/// given back where an exception ends the program.
final class KfuncCalls {
  private static final int MOST_ARGUMENTS = 5;

  /// The functions that give something to keep, and those that take it back.
  private static final Map<String, String> RELEASES =
      Map.of(
          "bpf_task_acquire", "bpf_task_release",
          "bpf_task_from_pid", "bpf_task_release",
          "bpf_task_from_vpid", "bpf_task_release",
          "bpf_cgroup_acquire", "bpf_cgroup_release",
          "bpf_cgroup_ancestor", "bpf_cgroup_release",
          "bpf_cgroup_from_id", "bpf_cgroup_release",
          "bpf_cpumask_create", "bpf_cpumask_release",
          "bpf_cpumask_acquire", "bpf_cpumask_release");

  private final Unit unit;
  private final Flow flow;

  KfuncCalls(Unit unit, Flow flow) {
    this.unit = unit;
    this.flow = flow;
  }

  @Nullable Value call(String name, Method method, List<Value> given) {
    if (given.size() > MOST_ARGUMENTS) {
      throw new Refusal("a call of " + name + " with " + given.size() + " arguments", "five");
    }
    var arguments = new ArrayList<Value>();
    for (var value : given) {
      arguments.add(argument(name, value));
    }
    var kind = Layouts.kind(method.getReturnType());
    var call =
        flow.add(
            new Operation.KfuncCall(name, method),
            kind == ValueKind.INT ? ValueKind.LONG : kind,
            arguments.toArray(Value[]::new));
    if (RELEASES.containsValue(name)) {
      flow.faults.release(arguments.getFirst());
    }
    return switch (kind) {
      case NOTHING -> null;
      case LONG -> call;
      case INT -> number(call, method.getReturnType());
      case POINTER -> {
        call.type = method.getReturnType();
        call.nullable = true;
        keep(name, method, call);
        yield call;
      }
    };
  }

  private Value argument(String name, Value value) {
    if (value.operation instanceof Operation.Known(var what)) {
      if (what instanceof String text) {
        return flow.add(
            new Operation.DataAddress(".rodata", unit.statics.text(text)), ValueKind.POINTER);
      }
      if (what instanceof MapInfo map) {
        return flow.add(new Operation.MapAddress(map.name()), ValueKind.POINTER);
      }
      throw new Refusal("a packet or a function as an argument of " + name, "what is in memory");
    }
    flow.nonNull(value);
    return value;
  }

  /// The low bytes of the result, as the others may hold anything.
  private Value number(Value call, Class<?> type) {
    var number = flow.add(new Operation.Cut(), ValueKind.INT, call);
    if (type == boolean.class) {
      return flow.binary(AluOperation.AND, ValueKind.INT, number, Flow.number(1));
    }
    if (type == char.class) {
      return flow.binary(AluOperation.AND, ValueKind.INT, number, Flow.number(0xffff));
    }
    var bytes = Layouts.scalar(type);
    return bytes < Integer.BYTES ? Arithmetic.narrow(flow, number, bytes) : number;
  }

  private void keep(String name, Method method, Value call) {
    var release = RELEASES.get(name);
    if (release != null) {
      flow.faults.hold(call, new Operation.KfuncCall(release, method));
    }
  }
}
