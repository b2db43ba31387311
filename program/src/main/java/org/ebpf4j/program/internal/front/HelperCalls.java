package org.ebpf4j.program.internal.front;

import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.HelperSignature;
import org.ebpf4j.insn.HelperSignature.Kind;
import org.ebpf4j.insn.HelperSignature.ResultKind;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

/// Calls of helper functions: the arguments of the Java method are matched with the prototype that
/// the kernel has of the function.
final class HelperCalls {
  static final int PROBE_READ_KERNEL = 113;
  static final int RINGBUF_RESERVE = 131;
  static final int RINGBUF_DISCARD = 133;
  private static final int SK_LOOKUP_TCP = 84;
  private static final int SK_LOOKUP_UDP = 85;
  private static final int SK_RELEASE = 86;
  private static final int SKC_LOOKUP_TCP = 99;
  private static final int TRACE_PRINTK = 6;
  private static final int FOR_EACH = 164;
  private static final int TIMER_CALLBACK = 170;
  private static final int MOST_ARGUMENTS = 5;

  /// `-ENOENT`.
  private static final long NO_PROGRAM = -2;

  private final Unit unit;
  private final Flow flow;
  private final Memory memory;
  private final Callbacks callbacks;

  HelperCalls(Unit unit, Flow flow, Memory memory, Callbacks callbacks) {
    this.unit = unit;
    this.flow = flow;
    this.memory = memory;
    this.callbacks = callbacks;
  }

  /// A call while its arguments are put together.
  private static final class Call {
    final HelperFunction function;
    final Method method;
    final Deque<Value> left;
    final Deque<Long> trailing = new ArrayDeque<>();
    final List<Value> arguments = new ArrayList<>();
    @Nullable MapInfo map;
    Callbacks.@Nullable Passed callback;
    @Nullable Value released;

    /// The size of the memory in the argument before.
    int size = -1;

    Call(HelperFunction function, Method method, List<Value> given) {
      this.function = function;
      this.method = method;
      this.left = new ArrayDeque<>(given);
    }
  }

  @Nullable Value call(Helper helper, Method method, @Nullable Value self, List<Value> given) {
    var function =
        HelperFunction.of(helper.value())
            .orElseThrow(() ->
                new Refusal(
                    "helper function " + helper.value() + ", which does not exist",
                    "a number of org.ebpf4j.insn.HelperFunction"));
    Licenses.check(function, unit.license);
    var all = new ArrayList<Value>();
    if (self != null && (!isMap(self) || takesMap(function))) {
      all.add(self);
    }
    all.addAll(given);
    var call = new Call(function, method, all);
    for (var constant : helper.trailing()) {
      call.trailing.add(constant);
    }
    for (var argument : signature(function, all.size() + helper.trailing().length).arguments()) {
      argument(call, argument);
    }
    variadic(call);
    if (!call.left.isEmpty() || call.arguments.size() > MOST_ARGUMENTS) {
      throw new Refusal(
          "a call of " + function.name() + " with " + given.size() + " arguments",
          function.prototype());
    }
    return result(call);
  }

  private static boolean isMap(Value value) {
    return value.operation instanceof Operation.Known(var what) && what instanceof MapInfo;
  }

  private static boolean takesMap(HelperFunction function) {
    return function.signatures().getFirst().arguments().stream()
        .anyMatch(a -> a.kind() == Kind.MAP);
  }

  private static HelperSignature signature(HelperFunction function, int given) {
    for (var signature : function.signatures()) {
      if (signature.arguments().size() == given) {
        return signature;
      }
    }
    return function.signatures().getFirst();
  }

  /// `bpf_trace_printk` takes up to three numbers behind the format.
  private void variadic(Call call) {
    if (call.function.id() == TRACE_PRINTK) {
      while (!call.left.isEmpty()) {
        call.arguments.add(number(call.left.remove()));
      }
    }
  }

  private void argument(Call call, HelperSignature.Argument argument) {
    var size = call.size;
    call.size = -1;
    switch (argument.kind()) {
      case MAP -> call.arguments.add(map(call));
      case CONTEXT -> call.arguments.add(context(call));
      case MAP_KEY -> {
        var type = key(call);
        call.arguments.add(memory.inMemory(next(call), type));
      }
      case MAP_VALUE -> {
        var value = next(call);
        call.arguments.add(
            argument.nullable() && value.isConstant(0)
                ? value
                : memory.inMemory(value, value(call)));
      }
      case SIZE, SIZE_OR_ZERO ->
          call.arguments.add(
              size >= 0 && (isFormat(call) || call.left.size() < givenSizes(call))
                  ? Flow.number(size)
                  : number(next(call)));
      case ALLOCATION_SIZE -> call.arguments.add(Flow.number(unit.layouts.size(value(call))));
      case FUNCTION -> function(call);
      case STACK -> {
        var passed = call.callback;
        call.arguments.add(passed == null ? next(call) : passed.context());
      }
      case CONSTANT_STRING, MEMORY -> memory(call);
      case ANYTHING, SCALAR -> {
        var value = call.left.peek();
        var hidden =
            !call.trailing.isEmpty()
                && (value == null
                    || (value.kind == ValueKind.POINTER && wantsNumber(call, argument)));
        call.arguments.add(
            hidden ? Value.constant(ValueKind.LONG, call.trailing.remove()) : number(next(call)));
      }
      case RINGBUF_RECORD -> {
        var record = next(call);
        flow.nonNull(record);
        call.released = record;
        call.arguments.add(record);
      }
      case SPIN_LOCK,
          SOCKET_COMMON,
          SOCKET,
          BTF_OBJECT,
          BTF_SOCKET_COMMON,
          PERCPU_OBJECT,
          TIMER,
          KPTR_DESTINATION,
          DYNPTR,
          LOCAL_DYNPTR,
          RINGBUF_DYNPTR -> {
        var value = next(call);
        if (!argument.nullable()) {
          flow.nonNull(value);
        }
        if (call.function.id() == SK_RELEASE) {
          call.released = value;
        }
        call.arguments.add(value);
      }
    }
  }

  private static boolean wantsNumber(Call call, HelperSignature.Argument argument) {
    return argument.kind() == Kind.SCALAR
        || call.function.signatures().getFirst().arguments().stream()
            .skip(call.arguments.size() + 1L)
            .anyMatch(HelperSignature.Argument::isPointer);
  }

  /// Whether what is left are the numbers of a format.
  private static boolean isFormat(Call call) {
    return call.function.id() == TRACE_PRINTK;
  }

  /// Where sizes are among the arguments of the Java method, it has as many as the function.
  private static int givenSizes(Call call) {
    var remaining =
        call.function.signatures().getFirst().arguments().size() - call.arguments.size();
    return Math.max(1, remaining - call.trailing.size());
  }

  private Value next(Call call) {
    var value = call.left.poll();
    if (value == null) {
      if (!call.trailing.isEmpty()) {
        return Value.constant(ValueKind.LONG, call.trailing.remove());
      }
      throw new Refusal(
          "a call of " + call.function.name() + " with too few arguments",
          call.function.prototype());
    }
    return value;
  }

  /// A number, or an address as one.
  private static Value number(Value value) {
    if (value.operation instanceof Operation.Known) {
      throw new Refusal("a text or map where a number is wanted", "a number");
    }
    return value;
  }

  private Value map(Call call) {
    var value = next(call);
    if (value.map instanceof MapInfo inner) {
      flow.nonNull(value);
      call.map = inner;
      return value;
    }
    if (!(value.operation instanceof Operation.Known(var what))
        || !(what instanceof MapInfo info)) {
      throw new Refusal(
          "a map that is not known when the program is compiled", "a static final field");
    }
    call.map = info;
    return flow.add(new Operation.MapAddress(info.name()), ValueKind.POINTER);
  }

  private static MapInfo known(Call call) {
    var map = call.map;
    if (map == null) {
      throw new Refusal("a call of " + call.function.name() + " without a map", "a map first");
    }
    return map;
  }

  private static Class<?> key(Call call) {
    return known(call).key().orElse(Integer.class);
  }

  private static Class<?> value(Call call) {
    var map = known(call);
    return map.value()
        .orElseThrow(() -> new Refusal("a value of map " + map.name() + ", which has none", ""));
  }

  private Value context(Call call) {
    var value = call.left.peek();
    if (value != null && value.operation instanceof Operation.Parameter(var index) && index == 0) {
      return call.left.remove();
    }
    var context = flow.function.entry.values.getFirst();
    if (flow.function.role != org.ebpf4j.program.internal.ir.Function.Role.PROGRAM) {
      throw new Refusal(
          call.function.name() + " in a method that has no context",
          "the context as a parameter of the subprogram and of the call");
    }
    return context;
  }

  private void memory(Call call) {
    var value = next(call);
    if (value.operation instanceof Operation.Known(var what)) {
      if (!(what instanceof String text)) {
        throw new Refusal("a map where memory is wanted", "a text, an array or an object");
      }
      call.size = Statics.textSize(text);
      call.arguments.add(
          flow.add(
              new Operation.DataAddress(".rodata", unit.statics.text(text)), ValueKind.POINTER));
      return;
    }
    if (value.isConstant(0)) {
      call.size = 0;
      call.arguments.add(value);
      return;
    }
    var type = value.type;
    if (value.kind != ValueKind.POINTER || type == null) {
      throw new Refusal(
          "a number where " + call.function.name() + " wants memory", "an array or an object");
    }
    flow.nonNull(value);
    call.size =
        type.isArray()
            ? Memory.length(value) * Layouts.scalar(type.getComponentType())
            : unit.layouts.size(type);
    call.arguments.add(value);
  }

  private void function(Call call) {
    var form =
        switch (call.function.id()) {
          case FOR_EACH -> Callbacks.Form.ELEMENT;
          case TIMER_CALLBACK -> Callbacks.Form.TIMER;
          default -> Callbacks.Form.LOOP;
        };
    var map = call.map;
    var passed =
        callbacks.pass(
            next(call),
            form,
            map != null
                ? map
                : new MapInfo(
                    "",
                    org.ebpf4j.object.MapType.UNSPEC,
                    new org.ebpf4j.program.map.ArrayMap<Integer>(0),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    java.util.Optional.empty()));
    call.callback = form == Callbacks.Form.TIMER ? null : passed;
    call.arguments.add(passed.function());
  }

  private @Nullable Value result(Call call) {
    var signature = call.function.signatures().getFirst();
    var returned = call.method.getReturnType();
    var kind = signature.result().kind();
    var isNumber = kind == ResultKind.INTEGER || kind == ResultKind.VOID;
    var value =
        flow.add(
            new Operation.HelperCall(call.function.id()),
            kind == ResultKind.VOID
                ? ValueKind.NOTHING
                : isNumber ? ValueKind.LONG : ValueKind.POINTER,
            call.arguments.toArray(Value[]::new));
    var released = call.released;
    if (released != null) {
      flow.faults.release(released);
    }
    var callback = call.callback;
    if (callback != null) {
      callbacks.check(callback);
    }
    if (!isNumber) {
      return pointer(call, value, signature, returned);
    }
    if (kind == ResultKind.VOID) {
      // A tail call that comes back found no program, and leaves no number behind.
      var result = Layouts.kind(returned);
      return result == ValueKind.NOTHING ? null : Value.constant(result, NO_PROGRAM);
    }
    if (returned == boolean.class) {
      return new Value(
          new Operation.Comparison(Condition.EQ, true),
          ValueKind.INT,
          value,
          Value.constant(ValueKind.LONG, 0));
    }
    return switch (Layouts.kind(returned)) {
      case NOTHING -> null;
      case INT -> flow.add(new Operation.Cut(), ValueKind.INT, value);
      case LONG -> value;
      case POINTER -> {
        value.kind = ValueKind.POINTER;
        value.type = returned;
        value.nullable = true;
        value.untrusted = true;
        yield value;
      }
    };
  }

  private Value pointer(Call call, Value value, HelperSignature signature, Class<?> returned) {
    value.nullable = signature.result().nullable();
    var map = call.map;
    var inner = map == null ? null : map.inner().orElse(null);
    value.type =
        switch (signature.result().kind()) {
          case MAP_VALUE, RINGBUF_RECORD -> inner != null ? returned : value(call);
          case INTEGER,
              VOID,
              SOCKET,
              TCP_SOCKET,
              SOCKET_COMMON,
              MEMORY,
              MEMORY_OR_OBJECT,
              BTF_OBJECT ->
              returned;
        };
    value.map = inner;
    switch (call.function.id()) {
      case RINGBUF_RESERVE -> flow.faults.hold(value, new Operation.HelperCall(RINGBUF_DISCARD));
      case SK_LOOKUP_TCP, SK_LOOKUP_UDP, SKC_LOOKUP_TCP ->
          flow.faults.hold(value, new Operation.HelperCall(SK_RELEASE));
      default -> {
        // Nothing to give back.
      }
    }
    return value;
  }
}
