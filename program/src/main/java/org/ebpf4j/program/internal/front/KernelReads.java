package org.ebpf4j.program.internal.front;

import java.lang.reflect.Method;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.BitField;
import org.ebpf4j.program.Enumerator;
import org.ebpf4j.program.Exists;
import org.ebpf4j.program.KernelType;
import org.ebpf4j.program.Member;
import org.ebpf4j.program.PointerMember;
import org.ebpf4j.program.internal.ir.KernelMember;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// Members of structures of the kernel, wherever the running kernel has them (CO-RE).
final class KernelReads {
  private final Flow flow;

  KernelReads(Flow flow) {
    this.flow = flow;
  }

  Value read(Value self, Class<?> owner, Method method) {
    var kernel = owner.getAnnotation(KernelType.class);
    var exists = method.getAnnotation(Exists.class);
    if (exists != null) {
      var member = new KernelMember(kernel.value(), exists.value(), 8, false, "");
      return flow.add(new Operation.KernelFact(member, KernelMember.EXISTS), ValueKind.INT);
    }
    if (method.getParameterCount() > 0) {
      throw new Refusal(
          "member " + method.getName() + " of " + kernel.value() + " with parameters",
          "a method without");
    }
    var named = method.getAnnotation(Member.class);
    var path = named == null ? method.getName() : named.value();
    var result = method.getReturnType();
    var annotated = Layouts.annotated(method);
    var kind = Layouts.kind(result);
    var bytes =
        annotated != null ? annotated.bytes() : result.isPrimitive() ? Layouts.scalar(result) : 8;
    var signed =
        annotated != null ? annotated.signed() : result.isPrimitive() && Layouts.signed(result);
    var pointee = result.getAnnotation(KernelType.class);
    var pointer = method.isAnnotationPresent(PointerMember.class);
    if (pointer && result != long.class) {
      throw new Refusal(
          "the address in member " + path + " as " + result.getSimpleName(), "a long");
    }
    if (kind == ValueKind.POINTER && pointee == null) {
      throw new Refusal(
          "member " + path + " as " + result.getSimpleName(),
          "a number, or an interface with @KernelType");
    }
    var member =
        new KernelMember(
            kernel.value(),
            path,
            bytes,
            signed,
            pointer ? "void" : pointee == null ? "" : pointee.value());
    flow.nonNull(self);
    if (method.isAnnotationPresent(BitField.class)) {
      return bits(self, kernel.value(), path, result);
    }
    var value =
        self.untrusted || kernel.probe()
            ? probe(self, member, kind)
            : flow.add(new Operation.KernelLoad(member, bytes, signed), kind, self);
    if (kind == ValueKind.POINTER) {
      value.type = result;
      // The verifier sees to reads of null; on paths where it does not, a check stays.
      value.nullable = self.untrusted || kernel.probe();
      value.untrusted = self.untrusted || kernel.probe();
    }
    return value;
  }

  /// A bit field: the bytes that it is in, shifted to the left and back.
  private Value bits(Value self, String type, String path, Class<?> result) {
    if (!result.isPrimitive()) {
      throw new Refusal("a bit field as " + result.getSimpleName(), "a number");
    }
    var member = new KernelMember(type, path, 8, false, "");
    var room = flow.allocate(8, long.class, true);
    var size = flow.add(new Operation.KernelFact(member, KernelMember.SIZE), ValueKind.LONG);
    read(room, size, self, member);
    var whole = flow.load(room, 0, 8, false, ValueKind.LONG);
    var left = flow.add(new Operation.KernelFact(member, KernelMember.LEFT_SHIFT), ValueKind.LONG);
    var right =
        flow.add(new Operation.KernelFact(member, KernelMember.RIGHT_SHIFT), ValueKind.LONG);
    var shifted = flow.add(new Operation.Binary(AluOperation.LSH), ValueKind.LONG, whole, left);
    var sign = flow.add(new Operation.KernelFact(member, KernelMember.SIGNED), ValueKind.LONG);
    var value =
        flow.choose(
            Condition.NE,
            true,
            sign,
            Flow.constant(ValueKind.LONG, 0),
            flow.add(new Operation.Binary(AluOperation.ARSH), ValueKind.LONG, shifted, right),
            flow.add(new Operation.Binary(AluOperation.RSH), ValueKind.LONG, shifted, right));
    return result == long.class ? value : Arithmetic.toInt(flow, value);
  }

  /// What an enumeration of the kernel says of a name.
  Value enumerator(Enumerator named, Method method) {
    var result = method.getReturnType();
    var kind = Layouts.kind(result);
    if (kind != ValueKind.INT && kind != ValueKind.LONG) {
      throw new Refusal("an enumerator as " + result.getSimpleName(), "an int or a boolean");
    }
    var member = KernelMember.enumerator(named.type(), named.name());
    return flow.add(
        new Operation.KernelFact(
            member,
            result == boolean.class
                ? KernelMember.ENUMERATOR_EXISTS
                : KernelMember.ENUMERATOR_VALUE),
        kind);
  }

  /// A read by `bpf_probe_read_kernel`, into the stack.
  private Value probe(Value self, KernelMember member, ValueKind kind) {
    var room = flow.allocate(8, long.class, true);
    read(room, Flow.number(member.bytes()), self, member);
    return flow.load(room, 0, member.bytes(), member.signed(), kind);
  }

  private void read(Value room, Value size, Value self, KernelMember member) {
    var offset = flow.add(new Operation.KernelFact(member, KernelMember.OFFSET), ValueKind.LONG);
    var address = flow.add(new Operation.Binary(AluOperation.ADD), ValueKind.LONG, self, offset);
    flow.add(
        new Operation.HelperCall(HelperCalls.PROBE_READ_KERNEL),
        ValueKind.LONG,
        room,
        size,
        address);
  }
}
