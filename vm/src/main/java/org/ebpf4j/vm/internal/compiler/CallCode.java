package org.ebpf4j.vm.internal.compiler;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.ebpf4j.insn.Opcode.*;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;
import java.util.Objects;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.TailCall;

/// Calls in the code of the JVM: of functions of the kernel, of the program's own, of programs that
/// go on in its place.
final class CallCode {
  private static final int ARGUMENTS = 5;
  private static final int TAIL_ARGUMENTS = 3;

  private final MethodCode method;
  private final CodeBuilder b;
  private final Locals locals;

  CallCode(MethodCode method) {
    this.method = method;
    this.b = method.builder();
    this.locals = method.locals();
  }

  void write(State state, int slot, long s) {
    method.setSite(slot);
    b.aload(Locals.RUN).lload(locals.left).iload(locals.used).i2l().lsub();
    b.invokestatic(Names.COMPILED, "setLeft", MethodTypeDesc.of(CD_void, Names.RUN, CD_long));
    method.beginCall();
    if (Flow.isSubprogramCall(s)) {
      subprogram(slot + 1 + Slot.imm(s));
    } else {
      var helper = Objects.requireNonNull(method.code().call(slot));
      var first = state.get(1);
      if (first.isConstant()) {
        helper = helper.of(method.memory(), first.lo());
      }
      if (helper instanceof TailCall) {
        method.pushHelper(helper);
        tail();
      } else {
        method.pushHelper(helper);
        b.aload(Locals.RUN);
        pushArguments(ARGUMENTS);
        b.invokeinterface(Names.HELPER, "call", Names.CALL);
        locals.popWide(0, Value.ANY);
      }
    }
    method.endCall();
    method.forgetRegions();
    method.look();
  }

  private void pushArguments(int count) {
    for (int i = 1; i <= count; i++) {
      locals.pushWide(i);
    }
  }

  private void subprogram(int function) {
    b.aload(Locals.RUN);
    method.pushCode();
    b.loadConstant(function);
    pushArguments(ARGUMENTS);
    b.invokestatic(Names.COMPILED, "enter", Names.ENTER).lstore(locals.temporary);
    b.aload(Locals.RUN).lload(locals.temporary);
    pushArguments(ARGUMENTS);
    b.invokestatic(Names.SELF, Names.function(function), Names.FUNCTION);
    locals.popWide(0, Value.ANY);
    b.aload(Locals.RUN);
    b.invokestatic(Names.COMPILED, "leave", MethodTypeDesc.of(CD_void, Names.RUN));
  }

  /// Goes on with another program, or at the next instruction where there is none.
  private void tail() {
    b.aload(Locals.RUN).swap();
    pushArguments(TAIL_ARGUMENTS);
    b.invokestatic(Names.COMPILED, "tail", Names.TAIL).astore(locals.temporary);
    var stays = b.newLabel();
    b.aload(locals.temporary).ifnull(stays);
    b.aload(Locals.RUN).aload(locals.temporary).lload(Locals.FRAME);
    pushArguments(ARGUMENTS);
    b.invokestatic(Names.COMPILED, "goOn", Names.GO_ON);
    method.giveBack();
    b.labelBinding(stays);
    b.loadConstant(-1L);
    locals.popWide(0, Value.ANY);
  }

  /// Looks a packet up; the function ends where it is too short.
  void packet(int slot, long s) {
    int opcode = Slot.opcode(s);
    method.setSite(slot);
    b.aload(Locals.RUN);
    locals.pushWide(6);
    b.loadConstant(Slot.imm(s));
    if ((opcode & MODE_MASK) == IND) {
      locals.pushHalf(Slot.src(s));
      b.iadd();
    }
    b.loadConstant(opcode & SIZE_MASK);
    b.invokestatic(
        Names.COMPILED, "packet", MethodTypeDesc.of(CD_long, Names.RUN, CD_long, CD_int, CD_int));
    b.lstore(locals.temporary);
    var there = b.newLabel();
    b.lload(locals.temporary).lconst_0().lcmp().ifge(there);
    method.end(b::lconst_0);
    b.labelBinding(there);
    b.lload(locals.temporary);
    locals.popWide(0, Value.between(0, Value.U32));
  }
}
