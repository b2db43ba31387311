package org.ebpf4j.vm.internal.compiler;

import static java.lang.constant.ConstantDescs.CD_Integer;
import static java.lang.constant.ConstantDescs.CD_Long;
import static java.lang.constant.ConstantDescs.CD_Short;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static org.ebpf4j.insn.Opcode.*;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.Sites;

/// Arithmetic in the code of the JVM.
final class AluCode {
  private static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
  private static final MethodTypeDesc INTS = MethodTypeDesc.of(CD_int, CD_int, CD_int);
  private static final MethodTypeDesc DIVIDE_INT =
      MethodTypeDesc.of(CD_int, CD_int, CD_int, CD_int);
  private static final MethodTypeDesc DIVIDE_LONG =
      MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_int);
  private static final int BYTE = 8;
  private static final int SHORT = 16;

  private final MethodCode method;
  private final CodeBuilder b;
  private final Locals locals;

  AluCode(MethodCode method) {
    this.method = method;
    this.b = method.builder();
    this.locals = method.locals();
  }

  /// Writes an instruction of class `ALU` or `ALU64`.
  void write(State state, int slot, long s) {
    int opcode = Slot.opcode(s);
    int dst = Slot.dst(s);
    boolean wide = (opcode & CLASS_MASK) == ALU64;
    var result = method.transfer().result(state, slot);
    switch (opcode & OPERATION_MASK) {
      case END -> order(s, opcode, dst, result);
      case MOV -> move(s, wide, dst, result);
      case NEG -> {
        if (wide) {
          locals.pushWide(dst);
          b.lneg();
          locals.popWide(dst, result);
        } else {
          locals.pushHalf(dst);
          b.ineg();
          locals.popHalf(dst, result);
        }
      }
      case ADD, SUB -> {
        if (wide) {
          sum(state, slot, s, dst);
        } else {
          half(s, opcode, dst, result);
        }
      }
      default -> {
        if (wide) {
          wide(state, s, opcode, dst, result);
        } else {
          half(s, opcode, dst, result);
        }
      }
    }
  }

  /// Changes the order of bytes; what is little-endian stays so.
  private void order(long s, int opcode, int dst, Value result) {
    int bits = Slot.imm(s);
    boolean swaps = opcode != TO_LE;
    if (bits == Long.SIZE) {
      if (swaps) {
        locals.pushWide(dst);
        b.invokestatic(CD_Long, "reverseBytes", MethodTypeDesc.of(CD_long, CD_long));
        locals.popWide(dst, result);
      }
      return;
    }
    locals.pushHalf(dst);
    if (swaps && bits == SHORT) {
      b.i2s().invokestatic(CD_Short, "reverseBytes", MethodTypeDesc.of(CD_short, CD_short));
    } else if (swaps) {
      b.invokestatic(CD_Integer, "reverseBytes", MethodTypeDesc.of(CD_int, CD_int));
    }
    if (bits == SHORT) {
      b.loadConstant(0xffff).iand();
    }
    locals.popHalf(dst, result);
  }

  private void move(long s, boolean wide, int dst, Value result) {
    boolean register = (Slot.opcode(s) & SOURCE_MASK) == X;
    int offset = Slot.offset(s);
    if (!register) {
      constant(dst, result, wide ? Slot.imm(s) : Slot.imm(s) & Value.U32);
    } else if (offset == 0) {
      if (wide) {
        locals.copy(dst, Slot.src(s));
      } else {
        locals.pushHalf(Slot.src(s));
        locals.popHalf(dst, result);
      }
    } else if (wide && offset == OFFSET_ADDR_SPACE_CAST) {
      method.pushCode();
      locals.pushWide(Slot.src(s));
      b.loadConstant(Slot.imm(s));
      b.invokestatic(
          Names.COMPILED, "cast", MethodTypeDesc.of(CD_long, Names.CODE, CD_long, CD_int));
      locals.popWide(dst, result);
    } else {
      locals.pushHalf(Slot.src(s));
      if (offset == BYTE) {
        b.i2b();
      } else if (offset == SHORT) {
        b.i2s();
      }
      if (result.isNarrow()) {
        locals.popHalf(dst, result);
      } else {
        b.i2l();
        locals.popWide(dst, result);
      }
    }
  }

  /// Writes a constant into a register.
  void constant(int dst, Value value, long number) {
    if (value.form() == Sites.WIDE) {
      b.loadConstant(number);
      locals.popWide(dst, value);
    } else {
      b.loadConstant((int) number);
      locals.popHalf(dst, value);
    }
  }

  private void sum(State state, int slot, long s, int dst) {
    var sum = method.transfer().sum(state, slot);
    boolean minus = (Slot.opcode(s) & OPERATION_MASK) == SUB;
    switch (sum.way()) {
      case WIDE -> {
        locals.pushWide(dst);
        pushWide(s);
        if (minus) {
          b.lsub();
        } else {
          b.ladd();
        }
        locals.popWide(dst, sum.value());
      }
      case NARROW -> {
        pushPart(state, s, dst);
        pushPart(state, s, -1);
        if (minus) {
          b.isub();
        } else {
          b.iadd();
        }
        locals.popNarrow(dst, sum.value().form());
      }
      case CHECKED, CUT -> {
        method.setSite(slot);
        if (state.get(dst).isScalar()) {
          pushNumber(s, dst, sum.way());
        } else {
          locals.pushRaw(dst);
        }
        if (Branch.operand(state, s).isScalar()) {
          pushNumber(s, -1, sum.way());
        } else {
          locals.pushRaw(Slot.src(s));
        }
        b.invokestatic(MATH, minus ? "subtractExact" : "addExact", INTS);
        locals.popNarrow(dst, sum.value().form());
      }
    }
  }

  /// Pushes an operand of a sum whose result is known to fit.
  ///
  /// @param register -1 for the second operand
  private void pushPart(State state, long s, int register) {
    boolean first = register >= 0;
    boolean constant = !first && (Slot.opcode(s) & SOURCE_MASK) == K;
    if (constant) {
      b.loadConstant(Slot.imm(s));
      return;
    }
    int number = first ? register : Slot.src(s);
    if (state.get(number).isScalar()) {
      locals.pushHalf(number);
    } else {
      locals.pushRaw(number);
    }
  }

  private void pushNumber(long s, int register, Sum.Way way) {
    boolean constant = register < 0 && (Slot.opcode(s) & SOURCE_MASK) == K;
    if (constant) {
      b.loadConstant(Slot.imm(s));
      return;
    }
    int number = register < 0 ? Slot.src(s) : register;
    if (way == Sum.Way.CUT) {
      locals.pushWide(number);
      b.invokestatic(MATH, "toIntExact", MethodTypeDesc.of(CD_int, CD_long));
    } else {
      locals.pushHalf(number);
    }
  }

  private void pushWide(long s) {
    if ((Slot.opcode(s) & SOURCE_MASK) == X) {
      locals.pushWide(Slot.src(s));
    } else {
      b.loadConstant((long) Slot.imm(s));
    }
  }

  private void pushHalf(long s) {
    if ((Slot.opcode(s) & SOURCE_MASK) == X) {
      locals.pushHalf(Slot.src(s));
    } else {
      b.loadConstant(Slot.imm(s));
    }
  }

  /// Writes an operation of 32 bits.
  private void half(long s, int opcode, int dst, Value result) {
    locals.pushHalf(dst);
    pushHalf(s);
    halves(opcode & OPERATION_MASK, Slot.offset(s));
    locals.popHalf(dst, result);
  }

  private void halves(int operation, int offset) {
    switch (operation) {
      case ADD -> b.iadd();
      case SUB -> b.isub();
      case MUL -> b.imul();
      case OR -> b.ior();
      case AND -> b.iand();
      case XOR -> b.ixor();
      case LSH -> b.ishl();
      case RSH -> b.iushr();
      case ARSH -> b.ishr();
      case DIV -> b.loadConstant(offset).invokestatic(Names.COMPILED, "divide", DIVIDE_INT);
      case MOD -> b.loadConstant(offset).invokestatic(Names.COMPILED, "remainder", DIVIDE_INT);
      default -> throw new IllegalStateException("operation " + operation);
    }
  }

  /// Writes an operation of 64 bits, in 32 where these are enough.
  private void wide(State state, long s, int opcode, int dst, Value result) {
    int operation = opcode & OPERATION_MASK;
    var b1 = Branch.operand(state, s);
    boolean fits = result.isNarrow() && isNarrowEnough(operation, state.get(dst), b1);
    if (fits) {
      locals.pushHalf(dst);
      pushHalf(s);
      halves(operation == ARSH ? RSH : operation, 0);
      locals.popHalf(dst, result);
      return;
    }
    locals.pushWide(dst);
    if (operation == LSH || operation == RSH || operation == ARSH) {
      pushHalf(s);
    } else {
      pushWide(s);
    }
    switch (operation) {
      case MUL -> b.lmul();
      case OR -> b.lor();
      case AND -> b.land();
      case XOR -> b.lxor();
      case LSH -> b.lshl();
      case RSH -> b.lushr();
      case ARSH -> b.lshr();
      case DIV ->
          b.loadConstant((int) Slot.offset(s)).invokestatic(Names.COMPILED, "divide", DIVIDE_LONG);
      case MOD ->
          b.loadConstant((int) Slot.offset(s))
              .invokestatic(Names.COMPILED, "remainder", DIVIDE_LONG);
      default -> throw new IllegalStateException("operation " + operation);
    }
    locals.popWide(dst, result);
  }

  /// Whether an operation whose result fits into 32 bits may be done in 32 bits.
  private static boolean isNarrowEnough(int operation, Value first, Value second) {
    return switch (operation) {
      case MUL, AND, OR, XOR -> true;
      case LSH -> second.isWithin(0, Integer.SIZE - 1);
      case RSH, ARSH -> first.isNarrow() && second.isWithin(0, Integer.SIZE - 1);
      case DIV, MOD -> first.isNarrow() && second.isNarrow();
      default -> false;
    };
  }
}
