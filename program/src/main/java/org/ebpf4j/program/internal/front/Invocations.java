package org.ebpf4j.program.internal.front;

import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.At;
import org.ebpf4j.program.Enumerator;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.KernelType;
import org.ebpf4j.program.Kfunc;
import org.ebpf4j.program.Packet;
import org.ebpf4j.program.PacketAt;
import org.ebpf4j.program.Subprogram;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.ebpf4j.program.map.Reservation;
import org.jspecify.annotations.Nullable;

/// Calls of methods: each becomes instructions, a call of the kernel or of a subprogram, or the
/// code of the method.
final class Invocations {
  private final MethodReader reader;
  private final Flow flow;
  private final Unit unit;
  private final HelperCalls helpers;
  private final JdkCalls jdk;
  private final PacketCalls packets;
  private final KernelReads kernel;
  private final Reservations reservations;
  private final KfuncCalls kfuncs;

  Invocations(MethodReader reader, Memory memory) {
    this.reader = reader;
    this.flow = reader.flow;
    this.unit = reader.unit;
    this.helpers = new HelperCalls(unit, flow, memory, new Callbacks(unit, flow));
    this.jdk = new JdkCalls(flow, memory);
    this.packets = new PacketCalls(flow);
    this.kernel = new KernelReads(flow);
    this.reservations = new Reservations(flow);
    this.kfuncs = new KfuncCalls(unit, flow);
  }

  void invoke(InvokeInstruction call, Deque<Value> stack) {
    var type = call.typeSymbol();
    var arguments = new ArrayList<Value>();
    for (int i = 0; i < type.parameterCount(); i++) {
      arguments.addFirst(flow.plain(stack.pop()).resolve());
    }
    var owner = unit.classes.find(call.owner().asInternalName());
    var name = call.name().stringValue();
    var descriptor = call.type().stringValue();
    var isStatic = call.opcode() == Opcode.INVOKESTATIC;
    var result =
        isStatic
            ? invokeStatic(owner, name, descriptor, arguments)
            : invokeOn(flow.plain(stack.pop()).resolve(), owner, name, descriptor, arguments);
    if (!type.returnType().descriptorString().equals("V")) {
      stack.push(result == null ? Flow.number(0) : result);
    }
  }

  private @Nullable Value invokeStatic(
      Class<?> owner, String name, String descriptor, List<Value> arguments) {
    if (owner.getName().startsWith("java.")) {
      return jdk.invokeStatic(owner, name, arguments);
    }
    var method = Classes.find(owner, name, descriptor);
    var kfunc = method.getAnnotation(Kfunc.class);
    if (kfunc != null) {
      return kfuncs.call(kfunc.value(), method, arguments);
    }
    var enumerator = method.getAnnotation(Enumerator.class);
    if (enumerator != null) {
      return kernel.enumerator(enumerator, method);
    }
    var helper = method.getAnnotation(Helper.class);
    if (helper != null) {
      return helpers.call(helper, method, null, arguments);
    }
    if (method.isAnnotationPresent(Subprogram.class)) {
      return subprogram(method, arguments);
    }
    return reader.inline(owner, name, descriptor, arguments);
  }

  private Value subprogram(Method method, List<Value> arguments) {
    var types = method.getParameterTypes();
    for (int i = 0; i < types.length; i++) {
      var argument = arguments.get(i);
      if (argument.operation instanceof Operation.Known
          || (!types[i].isPrimitive() && argument.kind != ValueKind.POINTER)) {
        throw new Refusal(
            "argument " + (i + 1) + " of subprogram " + method.getName(),
            "a number or an object; maps and texts are known everywhere");
      }
    }
    var function = unit.subprogram(method);
    var result = method.getReturnType();
    var kind = Layouts.kind(result);
    var call =
        flow.add(
            new Operation.SubprogramCall(function),
            kind == ValueKind.INT || kind == ValueKind.NOTHING ? ValueKind.LONG : kind,
            arguments.toArray(Value[]::new));
    if (kind == ValueKind.POINTER) {
      call.type = result;
      call.nullable = true;
    }
    if (!function.mayFault()) {
      return kind == ValueKind.INT ? flow.add(new Operation.Cut(), ValueKind.INT, call) : call;
    }
    if (kind != ValueKind.INT && kind != ValueKind.NOTHING) {
      throw new Refusal(
          "subprogram "
              + method.getName()
              + " can end with an exception, and returns "
              + result.getSimpleName(),
          "an int as its result, or no @Subprogram");
    }
    var high =
        flow.binary(AluOperation.RSH, ValueKind.LONG, call, Flow.constant(ValueKind.LONG, 32));
    flow.faultIf(Condition.NE, true, high, Flow.constant(ValueKind.LONG, 0), function.thrown);
    return flow.add(new Operation.Cut(), ValueKind.INT, call);
  }

  @SuppressWarnings("ReferenceEquality") // Texts of programs may be equal to what is known.
  private @Nullable Value invokeOn(
      Value self, Class<?> owner, String name, String descriptor, List<Value> arguments) {
    if (self.operation instanceof Operation.Known(var what)) {
      if (what instanceof Thrown) {
        return ofException(owner, name);
      }
      if (what instanceof Reserved reserved) {
        return reservations.invoke(reserved, name);
      }
      if (what instanceof Lambda lambda && !owner.getName().equals("java.lang.Object")) {
        var all = new ArrayList<>(List.of(self.inputs));
        all.addAll(arguments);
        return call(lambda.method(), all);
      }
      if (what == Marker.PACKET) {
        return packets.invoke(self, Classes.find(Packet.class, name, descriptor), arguments);
      }
    }
    if (self.kind == ValueKind.INT && name.equals("ordinal")) {
      return self;
    }
    if (owner.getName().startsWith("java.")) {
      return jdk.invoke(self, owner, name, arguments);
    }
    var method =
        name.equals("<init>") ? null : Classes.find(receiver(self, owner), name, descriptor);
    if (method != null) {
      var helper = method.getAnnotation(Helper.class);
      if (helper != null) {
        var result = helpers.call(helper, method, self, arguments);
        return method.getReturnType() == Reservation.class && result != null
            ? reservations.of(result)
            : result;
      }
      var at = method.getAnnotation(At.class);
      if (at != null) {
        return contextField(at, method, self, arguments);
      }
      var packet = method.getAnnotation(PacketAt.class);
      if (packet != null) {
        var data = flow.load(self, packet.data(), 4, false, ValueKind.POINTER);
        var end = flow.load(self, packet.end(), 4, false, ValueKind.POINTER);
        var known = Value.known(Marker.PACKET);
        known.inputs = new Value[] {data, end};
        return known;
      }
      if (owner.isAnnotationPresent(KernelType.class)) {
        return kernel.read(self, owner, method);
      }
      if (owner.isInterface() && method.isDefault() == false) {
        throw new Refusal(
            "a call of the interface method " + owner.getSimpleName() + "." + name,
            "a class that is known when the program is compiled");
      }
      var all = new ArrayList<Value>();
      all.add(self);
      all.addAll(arguments);
      if (self.operation instanceof Operation.Known) {
        throw new Refusal(
            owner.getSimpleName() + "." + name + ", which no kernel has", "a method with @Helper");
      }
      flow.nonNull(self);
      return reader.inline(method.getDeclaringClass(), name, descriptor, all);
    }
    var all = new ArrayList<Value>();
    all.add(self);
    all.addAll(arguments);
    return reader.inline(owner, name, descriptor, all);
  }

  /// Exceptions are made and thrown; what they say nobody hears.
  private static @Nullable Value ofException(Class<?> owner, String name) {
    if (name.equals("<init>") || name.equals("addSuppressed")) {
      return null;
    }
    throw new Refusal(
        owner.getSimpleName() + "." + name + " of an exception",
        "nothing: an exception in the kernel has no text and no place");
  }

  private static Class<?> receiver(Value self, Class<?> owner) {
    var type = self.type;
    return type != null && owner.isAssignableFrom(type) ? type : owner;
  }

  private @Nullable Value call(Method method, List<Value> arguments) {
    return reader.inline(
        method.getDeclaringClass(), method.getName(), Classes.descriptor(method), arguments);
  }

  private @Nullable Value contextField(At at, Method method, Value self, List<Value> arguments) {
    var result = method.getReturnType();
    if (result == void.class) {
      flow.store(self, at.offset(), at.size(), arguments.getFirst());
      return null;
    }
    var offset = at.offset();
    if (!arguments.isEmpty()) {
      var index = arguments.getFirst();
      if (!index.isConstant() || index.number() < 0) {
        throw new Refusal("an index of a context that is not constant", "a constant");
      }
      offset += (int) index.number() * at.size();
    }
    var value = flow.load(self, offset, at.size(), at.signed(), Layouts.kind(result));
    if (value.kind == ValueKind.POINTER) {
      value.type = result;
      value.nullable = true;
    }
    return value;
  }

  /// Lambdas, which are known when the program is compiled; other call sites are not.
  void dynamic(InvokeDynamicInstruction instruction, Deque<Value> stack) {
    var bootstrap = instruction.bootstrapMethod();
    if (bootstrap.owner().descriptorString().equals("Ljava/lang/invoke/StringConcatFactory;")) {
      throw Steps.strings();
    }
    if (!bootstrap.owner().descriptorString().equals("Ljava/lang/invoke/LambdaMetafactory;")
        || !(instruction.bootstrapArgs().get(1) instanceof DirectMethodHandleDesc handle)) {
      throw new Refusal(
          "a call site that is linked when it is run (" + instruction.name().stringValue() + ")",
          "plain methods; switches over numbers and enums");
    }
    var captured = new ArrayList<Value>();
    for (int i = 0; i < instruction.typeSymbol().parameterCount(); i++) {
      captured.addFirst(flow.plain(stack.pop()).resolve());
    }
    var owner = unit.classes.find(handle.owner());
    var method = Classes.find(owner, handle.methodName(), handle.lookupDescriptor());
    var known = Value.known(new Lambda(method));
    known.inputs = captured.toArray(Value[]::new);
    stack.push(known);
  }
}
