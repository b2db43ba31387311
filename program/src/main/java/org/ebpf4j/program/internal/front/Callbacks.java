package org.ebpf4j.program.internal.front;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// Lambdas that the kernel calls. What they capture is passed on the stack of the caller; its first
/// word says afterwards whether an exception ended the lambda.
final class Callbacks {
  private static final int WORD = 8;

  private final Unit unit;
  private final Flow flow;

  Callbacks(Unit unit, Flow flow) {
    this.unit = unit;
    this.flow = flow;
  }

  /// A lambda as the kernel takes it.
  ///
  /// @param function its address
  /// @param context what is passed to it
  /// @param code its code
  record Passed(Value function, Value context, Function code) {}

  /// What the kernel passes to a callback before the context.
  enum Form {
    /// The number of the round.
    LOOP,
    /// The map, a pointer to the key, a pointer to the value.
    ELEMENT,
    /// The map, a pointer to the key, a pointer to the timer's value; no context.
    TIMER
  }

  /// Compiles a lambda, and passes what it captures.
  ///
  /// @param map the map whose elements are gone through, for the types of its keys and values
  Passed pass(Value lambda, Form form, MapInfo map) {
    if (!(lambda.operation instanceof Operation.Known(var what))
        || !(what instanceof Lambda(var method))) {
      throw new Refusal(
          "a function that is not known when the program is compiled", "a lambda as the argument");
    }
    var captured = List.of(lambda.inputs);
    if (form == Form.TIMER && !captured.isEmpty()) {
      throw new Refusal(
          "a lambda of a timer that captures a variable",
          "a field of the value that the timer is in");
    }
    var function =
        new Function(
            method.getName().replace('$', '_') + "_" + unit.functions().size(),
            unit.classes.source(method.getDeclaringClass()),
            form == Form.LOOP
                ? List.of(long.class, Object.class)
                : List.of(Object.class, Object.class, Object.class, Object.class),
            long.class,
            Function.Role.CALLBACK,
            1);
    var context = flow.allocate(WORD * (captured.size() + 1), Object.class, true);
    for (int i = 0; i < captured.size(); i++) {
      var value = captured.get(i).resolve();
      if (!(value.operation instanceof Operation.Known)) {
        flow.store(context, WORD * (i + 1), WORD, value);
      } else if (value.inputs.length > 0
          || (value.operation instanceof Operation.Known(var known)
              && (known instanceof Reserved || known instanceof Thrown))) {
        throw new Refusal(
            "a packet, a reservation or a lambda that a lambda captures",
            "a loop, or the numbers out of it");
      }
    }
    unit.callback(function.name, function);
    read(function, method, captured, form, map);
    return new Passed(
        flow.add(new Operation.FunctionAddress(function), ValueKind.POINTER), context, function);
  }

  private void read(
      Function function,
      java.lang.reflect.Method method,
      List<Value> captured,
      Form form,
      MapInfo map) {
    var inner = new Flow(function, flow.features);
    inner.line = flow.line;
    var parameters = new ArrayList<Value>();
    for (int i = 0; i < function.parameters.size(); i++) {
      var kind = form == Form.LOOP && i == 0 ? ValueKind.LONG : ValueKind.POINTER;
      parameters.add(inner.add(new Operation.Parameter(i), kind));
    }
    var context = parameters.getLast();
    if (form != Form.TIMER) {
      faultInto(inner, context);
    }
    var arguments = new ArrayList<Value>();
    for (int i = 0; i < captured.size(); i++) {
      var value = captured.get(i).resolve();
      if (value.operation instanceof Operation.Known) {
        arguments.add(value);
        continue;
      }
      var loaded = inner.load(context, WORD * (i + 1), WORD, false, value.kind);
      if (value.kind == ValueKind.INT) {
        loaded = inner.load(context, WORD * (i + 1), 4, false, ValueKind.INT);
      }
      loaded.type = value.type;
      loaded.length = value.length;
      loaded.nullable = Flow.mayBeNull(value);
      arguments.add(loaded);
    }
    arguments.addAll(given(inner, method, parameters, form, map));
    var reader = new MethodReader(unit, inner);
    try {
      var result =
          reader.inline(
              method.getDeclaringClass(), method.getName(), Classes.descriptor(method), arguments);
      inner.end(new End.Return(answer(inner, method.getReturnType(), result)));
    } catch (Refusal refusal) {
      throw refusal.at(function.file, inner.line);
    }
  }

  private static void faultInto(Flow inner, Value context) {
    Block fault = inner.function.block();
    var saved = inner.current;
    inner.current = fault;
    inner.store(context, 0, WORD, Value.constant(ValueKind.LONG, 1));
    inner.current = saved;
    fault.end(new End.Return(Value.constant(ValueKind.INT, 1)), 0);
    inner.function.fault = fault;
  }

  private List<Value> given(
      Flow inner, java.lang.reflect.Method method, List<Value> parameters, Form form, MapInfo map) {
    var types = method.getParameterTypes();
    if (form == Form.LOOP) {
      var index = parameters.getFirst();
      return List.of(
          types.length > 0 && types[types.length - 1] == long.class
              ? index
              : inner.add(new Operation.Cut(), ValueKind.INT, index));
    }
    var key = parameters.get(1);
    key.type = map.key().orElse(int.class);
    var value = parameters.get(2);
    value.type = map.value().orElse(Object.class);
    var wanted = method.getParameterCount();
    return wanted == 0 ? List.of() : form == Form.TIMER ? List.of(value) : List.of(key, value);
  }

  /// 0 to go on, 1 to stop.
  private static Value answer(
      Flow inner, Class<?> type, @org.jspecify.annotations.Nullable Value result) {
    if (result == null || type == void.class) {
      return Flow.number(0);
    }
    return type == boolean.class
        ? inner.binary(AluOperation.XOR, ValueKind.INT, inner.plain(result), Flow.number(1))
        : result;
  }

  /// After the call: an exception in the lambda is one here.
  void check(Passed passed) {
    var flag = flow.load(passed.context, 0, WORD, false, ValueKind.LONG);
    flow.faultIf(Condition.NE, true, flag, Value.constant(ValueKind.LONG, 0), passed.code.thrown);
  }
}
