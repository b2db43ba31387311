package org.ebpf4j.vm.internal.compiler;

import static java.lang.constant.ConstantDescs.CD_Integer;
import static java.lang.constant.ConstantDescs.CD_Long;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static org.ebpf4j.insn.Opcode.*;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.constant.MethodTypeDesc;
import org.ebpf4j.insn.Slot;

/// Comparisons in the code of the JVM.
final class JumpCode {
  private final CodeBuilder b;
  private final Locals locals;

  JumpCode(MethodCode method) {
    this.b = method.builder();
    this.locals = method.locals();
  }

  /// Writes a comparison, and a jump where it holds.
  void write(State state, long s, Label target) {
    int opcode = Slot.opcode(s);
    int operation = opcode & OPERATION_MASK;
    boolean register = (opcode & SOURCE_MASK) == X;
    var first = state.get(Slot.dst(s));
    var second = Branch.operand(state, s);
    boolean half = (opcode & CLASS_MASK) == JMP32;
    if (half) {
      first = Arithmetic.low(first);
      second = Arithmetic.low(second);
    }
    boolean offsets = !half && first.base() == second.base() && !first.isScalar();
    boolean narrow = half || offsets || (first.isNarrow() && second.isNarrow());
    if (operation == JSET) {
      set(s, narrow && !offsets, register, target);
    } else if (narrow) {
      boolean same =
          offsets || (isSigned(operation) && half) || (first.isPositive() && second.isPositive());
      if (offsets) {
        locals.pushRaw(Slot.dst(s));
        locals.pushRaw(Slot.src(s));
        b.branch(two(signed(operation)), target);
      } else {
        halves(s, operation, same, first, second, register, target);
      }
    } else {
      wide(s, operation, register, target);
    }
  }

  private void set(long s, boolean narrow, boolean register, Label target) {
    if (narrow) {
      locals.pushHalf(Slot.dst(s));
      pushHalf(s, register);
      b.iand().branch(Opcode.IFNE, target);
    } else {
      locals.pushWide(Slot.dst(s));
      pushWide(s, register);
      b.land().lconst_0().lcmp().branch(Opcode.IFNE, target);
    }
  }

  private void halves(
      long s,
      int operation,
      boolean same,
      Value first,
      Value second,
      boolean register,
      Label target) {
    int wanted = ordered(operation, same, first, second);
    locals.pushHalf(Slot.dst(s));
    if (same || wanted == JEQ || wanted == JNE) {
      if (second.isConstant() && second.lo() == 0) {
        b.branch(one(signed(wanted)), target);
      } else {
        pushHalf(s, register);
        b.branch(two(signed(wanted)), target);
      }
      return;
    }
    // Numbers of 64 bits whose upper half is zero are not negative, whatever the comparison.
    pushHalf(s, register);
    b.invokestatic(CD_Integer, "compareUnsigned", MethodTypeDesc.of(CD_int, CD_int, CD_int));
    b.branch(one(signed(wanted)), target);
  }

  /// A comparison for equality with the end of what a number may be as one of order, which the JVM
  /// knows a loop by.
  private static int ordered(int operation, boolean same, Value first, Value second) {
    if (!same || !first.isPositive() || !second.isConstant() || !second.isPositive()) {
      return operation;
    }
    boolean greatest = first.hi() == second.lo();
    boolean least = first.lo() == second.lo();
    return switch (operation) {
      case JEQ -> greatest ? JSGE : least ? JSLE : operation;
      case JNE -> greatest ? JSLT : least ? JSGT : operation;
      default -> operation;
    };
  }

  private void wide(long s, int operation, boolean register, Label target) {
    locals.pushWide(Slot.dst(s));
    pushWide(s, register);
    if (isSigned(operation) || operation == JEQ || operation == JNE) {
      b.lcmp();
    } else {
      b.invokestatic(CD_Long, "compareUnsigned", MethodTypeDesc.of(CD_int, CD_long, CD_long));
    }
    b.branch(one(signed(operation)), target);
  }

  private void pushHalf(long s, boolean register) {
    if (register) {
      locals.pushHalf(Slot.src(s));
    } else {
      b.loadConstant(Slot.imm(s));
    }
  }

  private void pushWide(long s, boolean register) {
    if (register) {
      locals.pushWide(Slot.src(s));
    } else {
      b.loadConstant((long) Slot.imm(s));
    }
  }

  private static boolean isSigned(int operation) {
    return switch (operation) {
      case JSGT, JSGE, JSLT, JSLE -> true;
      default -> false;
    };
  }

  private static int signed(int operation) {
    return switch (operation) {
      case JGT -> JSGT;
      case JGE -> JSGE;
      case JLT -> JSLT;
      case JLE -> JSLE;
      default -> operation;
    };
  }

  /// Compares the two numbers on the stack.
  private static Opcode two(int operation) {
    return switch (operation) {
      case JEQ -> Opcode.IF_ICMPEQ;
      case JNE -> Opcode.IF_ICMPNE;
      case JSGT -> Opcode.IF_ICMPGT;
      case JSGE -> Opcode.IF_ICMPGE;
      case JSLT -> Opcode.IF_ICMPLT;
      case JSLE -> Opcode.IF_ICMPLE;
      default -> throw new IllegalStateException("comparison " + operation);
    };
  }

  /// Compares the number on the stack with 0.
  private static Opcode one(int operation) {
    return switch (operation) {
      case JEQ -> Opcode.IFEQ;
      case JNE -> Opcode.IFNE;
      case JSGT -> Opcode.IFGT;
      case JSGE -> Opcode.IFGE;
      case JSLT -> Opcode.IFLT;
      case JSLE -> Opcode.IFLE;
      default -> throw new IllegalStateException("comparison " + operation);
    };
  }
}
