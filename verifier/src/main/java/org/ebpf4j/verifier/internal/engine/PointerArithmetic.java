package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.verifier.internal.scalar.Arithmetic;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Arithmetic with a pointer in it: numbers are added to pointers and taken from them.
final class PointerArithmetic {
  private static final long FARTHEST = 1 << 29;

  private final Walk walk;
  private final Reg offset = new Reg();

  PointerArithmetic(Walk walk) {
    this.walk = walk;
  }

  /// Makes of `left` the result; at least one of the two is a pointer.
  void apply(Instruction.Alu alu, Reg left, Reg right) {
    int target = alu.dst().number();
    if (left.isPointer() && right.isPointer()) {
      if (alu.operation() == AluOperation.SUB) {
        left.markUnknown();
        return;
      }
      throw refused(target, "pointer " + alu.operation().symbol() + " pointer prohibited");
    }
    if (right.isPointer()) {
      walk.markPrecise(target);
      offset.set(left);
      adjust(alu, target, left, right, offset);
    } else {
      if (alu.source() instanceof Register source) {
        walk.markPrecise(source.number());
      }
      offset.set(right);
      adjust(alu, target, left, left, offset);
    }
  }

  private static Refusal refused(int register, String what) {
    return new Refusal(Reason.POINTER_ARITHMETIC, register, "R" + register + " " + what);
  }

  private void adjust(Instruction.Alu alu, int target, Reg result, Reg pointer, Reg number) {
    boolean known = number.isConstant();
    if ((known && (number.smin != number.smax || number.umin != number.umax))
        || number.smin > number.smax
        || Long.compareUnsigned(number.umin, number.umax) > 0) {
      // Bounds that contradict each other come from a branch that is never taken.
      result.markUnknown();
      return;
    }
    if (alu.width() == Width.W32) {
      if (alu.operation() == AluOperation.SUB) {
        result.markUnknown();
        return;
      }
      throw refused(target, "32-bit pointer arithmetic prohibited");
    }
    if (pointer.mayBeNull()) {
      throw new Refusal(
          Reason.NULL,
          target,
          "R"
              + target
              + " pointer arithmetic on "
              + RegisterText.kind(pointer)
              + " prohibited, null-check it first",
          "a comparison of the pointer with null",
          "compare it with NULL before an offset is added");
    }
    checkKind(alu, target, pointer, number);
    boolean fromNumber = result != pointer;
    if (fromNumber) {
      result.set(pointer);
    }
    checkOffset(target, number, pointer);
    checkOffset(target, result, pointer);
    switch (alu.operation()) {
      case ADD -> add(result, number, known);
      case SUB -> subtract(target, result, number, known, fromNumber);
      case AND, OR, XOR ->
          throw refused(
              target, "bitwise operator " + alu.operation().symbol() + " on pointer prohibited");
      case MUL, DIV, LSH, RSH, MOD, ARSH, SDIV, SMOD ->
          throw refused(
              target,
              "pointer arithmetic with " + alu.operation().symbol() + " operator prohibited");
    }
    checkOffset(target, result, result);
    result.forgetLow();
    result.sync();
  }

  private static void checkKind(Instruction.Alu alu, int target, Reg pointer, Reg number) {
    boolean known = number.isConstant();
    boolean allowed =
        switch (pointer.kind) {
          case CONTEXT,
              MAP_VALUE,
              MAP_KEY,
              STACK,
              PACKET_META,
              PACKET,
              TP_BUFFER,
              BTF_OBJECT,
              MEMORY,
              BUFFER,
              FUNCTION,
              INSTRUCTION,
              DYNPTR ->
              true;
          case FLOW_KEYS -> known;
          case MAP, PACKET_END, SOCKET, SOCKET_COMMON, TCP_SOCKET, XDP_SOCKET ->
              known
                  && number.smin == 0
                  && alu.operation() == AluOperation.ADD
                  && pointer.kind == RegisterKind.MAP;
          case UNSET, SCALAR, ARENA -> false;
        };
    if (!allowed) {
      throw refused(target, "pointer arithmetic on " + RegisterText.kind(pointer) + " prohibited");
    }
  }

  private void add(Reg result, Reg number, boolean known) {
    long fixed = result.off + number.smin;
    if (known && fixed == (int) fixed) {
      result.off = (int) fixed;
      // That it is at the end of the packet, or behind it, is true no longer.
      result.range = Math.max(0, result.range);
      return;
    }
    Arithmetic.add(result, number);
    if (result.kind.isPacket()) {
      result.id = walk.newId();
      result.range = 0;
    }
  }

  private void subtract(int target, Reg result, Reg number, boolean known, boolean fromNumber) {
    if (fromNumber) {
      throw refused(target, "tried to subtract pointer from scalar");
    }
    if (result.kind == RegisterKind.STACK) {
      throw refused(target, "subtraction from stack pointer prohibited");
    }
    long fixed = result.off - number.smin;
    if (known && fixed == (int) fixed) {
      result.off = (int) fixed;
      // That it is at the end of the packet, or behind it, is true no longer.
      result.range = Math.max(0, result.range);
      return;
    }
    Arithmetic.subtract(result, number);
    if (result.kind.isPacket()) {
      result.id = walk.newId();
      if (number.smin < 0) {
        result.range = 0;
      }
    }
  }

  /// The offset has to stay within bounds in which no arithmetic on it overflows.
  private static void checkOffset(int target, Reg reg, Reg pointer) {
    var kind = RegisterText.kind(pointer);
    if (reg.isConstant() && (reg.constant() >= FARTHEST || reg.constant() <= -FARTHEST)) {
      throw bounds(
          target, "math between " + kind + " pointer and " + reg.constant() + " is not allowed");
    }
    if (reg.isPointer() && (reg.off >= FARTHEST || reg.off <= -FARTHEST)) {
      throw bounds(target, kind + " pointer offset " + reg.off + " is not allowed");
    }
    if (reg.smin == Long.MIN_VALUE) {
      throw bounds(
          target,
          "math between " + kind + " pointer and register with unbounded min value is not allowed");
    }
    if (reg.smin >= FARTHEST || reg.smin <= -FARTHEST) {
      throw bounds(target, "value " + reg.smin + " makes " + kind + " pointer be out of bounds");
    }
  }

  private static Refusal bounds(int register, String message) {
    return new Refusal(
        Reason.BOUNDS,
        register,
        message,
        "bounds of the number that is added to the pointer",
        "compare the number with its least and greatest value before it is added");
  }
}
