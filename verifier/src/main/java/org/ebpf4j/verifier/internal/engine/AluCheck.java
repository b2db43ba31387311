package org.ebpf4j.verifier.internal.engine;

import java.util.BitSet;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Operand;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.verifier.input.VerifierFeature;
import org.ebpf4j.verifier.internal.scalar.Arithmetic;
import org.ebpf4j.verifier.internal.scalar.Division;
import org.ebpf4j.verifier.internal.scalar.Extensions;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Arithmetic and moves.
final class AluCheck {
  private final Walk walk;
  private final PointerArithmetic pointers;
  private final Reg operand = new Reg();

  /// Instructions of 64 bits that were reached with a pointer into an arena, and without.
  private final BitSet arenas = new BitSet();

  private final BitSet others = new BitSet();

  AluCheck(Walk walk) {
    this.walk = walk;
    this.pointers = new PointerArithmetic(walk);
  }

  void alu(Instruction.Alu alu) {
    boolean narrow = alu.width() == Width.W32;
    if (alu.source() instanceof Register source) {
      walk.requireSet(source.number());
    }
    int target = alu.dst().number();
    walk.requireSet(target);
    checkOperand(alu);
    walk.requireWritable(target);
    var left = walk.reg(target);
    var right = source(alu.source());
    var inArena = left.kind == RegisterKind.ARENA || right.kind == RegisterKind.ARENA;
    if (walk.hasArena() && !narrow) {
      (inArena ? arenas : others).set(walk.at());
      if (arenas.get(walk.at()) && others.get(walk.at())) {
        throw new Refusal(
            Reason.POINTER_ARITHMETIC,
            target,
            "same insn cannot be used with and without arena pointer");
      }
    }
    if (inArena) {
      if (left.kind != RegisterKind.ARENA) {
        left.set(right);
      }
      return;
    }
    if (right.isPointer() || left.isPointer()) {
      pointers.apply(alu, left, right);
      return;
    }
    if (left.precise && alu.source() instanceof Register source) {
      walk.markPrecise(source.number());
    }
    numbers(alu, narrow, left, right);
  }

  private void numbers(Instruction.Alu alu, boolean narrow, Reg left, Reg right) {
    // The source may be the same register, which changes.
    if (left == right) {
      operand.set(right);
      right = operand;
    }
    boolean sameRegister = alu.source() == alu.dst();
    boolean constant = right.isConstant();
    if (constant && (alu.operation() == AluOperation.AND || alu.operation() == AluOperation.OR)) {
      forkSignMask(alu, left);
    }
    if (walk.rules().atLeast(7, 3) && Division.isTracked(alu.operation(), narrow, right)) {
      Division.apply(alu.operation(), narrow, left, right);
    } else if (Arithmetic.isTracked(alu.operation(), narrow, right)) {
      Arithmetic.apply(alu.operation(), narrow, left, right);
    } else {
      // The kernel forgets also that the upper half is zero.
      left.markUnknown();
    }
    long added = right.bits.value();
    if (alu.operation() == AluOperation.ADD
        && !narrow
        && left.id != 0
        && constant
        && !sameRegister
        && walk.rules().has(VerifierFeature.LINKED_DELTAS)) {
      if (left.linkedByDelta
          || (added < 0 && !walk.rules().atLeast(7, 0))
          || added > Integer.MAX_VALUE
          || added < Integer.MIN_VALUE) {
        left.unlink();
      } else {
        left.linkedByDelta = true;
        left.off = (int) added;
      }
    } else {
      left.unlink();
    }
    walk.repairBounds(left);
  }

  /// A number that is 0 or −1 is walked as each of the two, as a mask keeps all or nothing of it.
  private void forkSignMask(Instruction.Alu alu, Reg reg) {
    boolean wide = reg.smin == -1 && reg.smax == 0;
    if ((!wide && !(reg.s32min == -1 && reg.s32max == 0)) || !walk.rules().atLeast(6, 12)) {
      return;
    }
    var zero = walk.push(walk.at()).current().regs[alu.dst().number()];
    if (wide) {
      zero.setConstant(0);
      reg.setConstant(-1);
    } else {
      zero.setConstant32(0);
      reg.setConstant32(-1);
    }
  }

  private static void checkOperand(Instruction.Alu alu) {
    if (alu.source() instanceof Immediate(int value)) {
      switch (alu.operation()) {
        case DIV, MOD, SDIV, SMOD -> {
          if (value == 0) {
            throw new Refusal(Reason.MALFORMED, alu.dst().number(), "div by zero");
          }
        }
        case LSH, RSH, ARSH -> {
          if (value < 0 || value >= alu.width().bits()) {
            throw new Refusal(Reason.MALFORMED, alu.dst().number(), "invalid shift " + value);
          }
        }
        case ADD, SUB, MUL, OR, AND, XOR -> {}
      }
    }
  }

  private Reg source(Operand source) {
    if (source instanceof Register register) {
      return walk.reg(register.number());
    }
    operand.markKnown(((Immediate) source).value());
    return operand;
  }

  void negate(Instruction.Negate negate) {
    int target = negate.dst().number();
    number(target);
    var reg = walk.reg(target);
    if (walk.rules().atLeast(6, 17) && reg.isScalar()) {
      operand.set(reg);
      reg.markKnown(0);
      boolean narrow = negate.width() == Width.W32;
      Arithmetic.apply(AluOperation.SUB, narrow, reg, operand);
      reg.precise = operand.precise;
      walk.repairBounds(reg);
    } else {
      reg.markUnknown();
    }
  }

  void swap(Instruction.ByteSwap swap) {
    int target = swap.dst().number();
    number(target);
    var reg = walk.reg(target);
    if (!walk.rules().atLeast(7, 3) || walk.bigEndian() || !reg.isScalar()) {
      reg.markUnknown();
      return;
    }
    int bytes = swap.size().bytes();
    if (swap.target() == Instruction.ByteSwap.Target.LITTLE_ENDIAN) {
      if (bytes < Long.BYTES) {
        reg.unlink();
        Division.truncate(reg, bytes);
      }
      return;
    }
    reg.unlink();
    Division.swap(reg, bytes);
  }

  /// The register is changed in place. Privileged programs may do so with a pointer, too.
  private void number(int register) {
    walk.requireSet(register);
    walk.requireWritable(register);
  }

  void move(Instruction.Move move) {
    int target = move.dst().number();
    if (move.source() instanceof Immediate(int value)) {
      walk.requireWritable(target);
      walk.reg(target).markKnown(move.width() == Width.W32 ? value & 0xffff_ffffL : value);
      return;
    }
    int number = ((Register) move.source()).number();
    walk.requireSet(number);
    walk.requireWritable(target);
    var from = walk.reg(number);
    var to = walk.reg(target);
    if (move.width() == Width.W32) {
      moveNarrow(move, from, to);
    } else if (move.extension() == Instruction.Extension.NONE) {
      walk.link(from);
      to.set(from);
    } else if (from.isPointer()) {
      to.markUnknown();
    } else {
      extend(move, from, to);
    }
    walk.repairBounds(to);
  }

  private void extend(Instruction.Move move, Reg from, Reg to) {
    int bits = move.extension().bits();
    boolean same = Long.compareUnsigned(from.umax, 1L << (bits - 1)) < 0;
    if (same) {
      walk.link(from);
    }
    to.set(from);
    if (!same) {
      to.unlink();
    }
    if (move.width() == Width.W64) {
      Extensions.signExtend(to, bits / Byte.SIZE);
    } else {
      Extensions.signExtend32(to, bits / Byte.SIZE);
      to.zeroExtend();
      to.sync();
    }
  }

  private void moveNarrow(Instruction.Move move, Reg from, Reg to) {
    if (from.isPointer()) {
      to.markUnknown();
      to.zeroExtend();
      to.sync();
      return;
    }
    if (move.extension() != Instruction.Extension.NONE) {
      extend(move, from, to);
      return;
    }
    boolean fits = from.umax >>> Integer.SIZE == 0;
    if (fits) {
      walk.link(from);
    }
    to.set(from);
    if (!fits) {
      to.unlink();
    }
    to.zeroExtend();
    to.sync();
  }

  void cast(Instruction.AddressSpaceCast cast) {
    walk.requireSet(cast.src().number());
    walk.requireWritable(cast.dst().number());
    boolean toArena = cast.to() == 0 && cast.from() == 1;
    if (!toArena && !(cast.to() == 1 && cast.from() == 0)) {
      throw new Refusal(
          Reason.MALFORMED,
          -1,
          "addr_space_cast insn can only convert between address space 1 and 0");
    }
    if (!walk.hasArena()) {
      throw new Refusal(
          Reason.MALFORMED,
          -1,
          "addr_space_cast insn can only be used in a program that has an associated arena");
    }
    var to = walk.reg(cast.dst().number());
    to.markUnknown();
    if (toArena) {
      to.kind = RegisterKind.ARENA;
    }
  }
}
