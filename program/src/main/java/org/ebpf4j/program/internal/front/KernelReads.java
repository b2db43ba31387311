package org.ebpf4j.program.internal.front;

import java.lang.reflect.Method;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.program.Exists;
import org.ebpf4j.program.KernelType;
import org.ebpf4j.program.Member;
import org.ebpf4j.program.internal.ir.KernelMember;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// Members of structures of the kernel, wherever the running kernel has them (CO-RE).
final class KernelReads {
  private static final int FIELD_OFFSET = 0;
  private static final int FIELD_EXISTS = 2;

  private final Flow flow;

  KernelReads(Flow flow) {
    this.flow = flow;
  }

  Value read(Value self, Class<?> owner, Method method) {
    var kernel = owner.getAnnotation(KernelType.class);
    var exists = method.getAnnotation(Exists.class);
    if (exists != null) {
      var member = new KernelMember(kernel.value(), exists.value(), 8, false, "");
      return flow.add(new Operation.KernelFact(member, FIELD_EXISTS), ValueKind.INT);
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
    if (kind == ValueKind.POINTER && pointee == null) {
      throw new Refusal(
          "member " + path + " as " + result.getSimpleName(),
          "a number, or an interface with @KernelType");
    }
    var member =
        new KernelMember(
            kernel.value(), path, bytes, signed, pointee == null ? "" : pointee.value());
    flow.nonNull(self);
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

  /// A read by `bpf_probe_read_kernel`, into the stack.
  private Value probe(Value self, KernelMember member, ValueKind kind) {
    var offset = flow.add(new Operation.KernelFact(member, FIELD_OFFSET), ValueKind.LONG);
    var address = flow.add(new Operation.Binary(AluOperation.ADD), ValueKind.LONG, self, offset);
    var room = flow.allocate(8, long.class, true);
    flow.add(
        new Operation.HelperCall(HelperCalls.PROBE_READ_KERNEL),
        ValueKind.LONG,
        room,
        Flow.number(member.bytes()),
        address);
    return flow.load(room, 0, member.bytes(), member.signed(), kind);
  }
}
