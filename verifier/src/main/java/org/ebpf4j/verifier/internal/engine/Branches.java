package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.insn.Condition;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.verifier.internal.scalar.Comparison;
import org.ebpf4j.verifier.internal.scalar.Comparison.Outcome;
import org.ebpf4j.verifier.internal.scalar.Scalar;
import org.ebpf4j.verifier.internal.state.History;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.State;

/// Conditional jumps: where they go, and what each way says of the registers.
final class Branches {
  private static final long FARTHEST = 1 << 29;

  private final Walk walk;
  private final Reg constant = new Reg();
  private final Reg otherConstant = new Reg();
  private final Refinement refinement = new Refinement();

  Branches(Walk walk) {
    this.walk = walk;
  }

  /// Follows a jump: the walk goes on one way, and the other waits where both are possible.
  ///
  /// @return the distance of the jump, where the walk goes that way; else 0
  int jump(Instruction.JumpIf jump) {
    int leftNumber = jump.left().number();
    walk.requireSet(leftNumber);
    var left = walk.reg(leftNumber);
    boolean narrow = jump.width() == Width.W32;
    int flags = left.kind == RegisterKind.STACK ? History.LEFT_STACK : 0;
    Reg right;
    int rightNumber = -1;
    if (jump.right() instanceof Register register) {
      rightNumber = register.number();
      walk.requireSet(rightNumber);
      right = walk.reg(rightNumber);
      flags |= right.kind == RegisterKind.STACK ? History.RIGHT_STACK : 0;
    } else {
      constant.markKnown(((Immediate) jump.right()).value());
      right = constant;
    }
    if (flags != 0) {
      walk.note(flags);
    }
    var outcome = outcome(jump.condition(), narrow, left, right);
    if (outcome != Outcome.EITHER) {
      if (!left.isPointer()) {
        walk.markPrecise(leftNumber);
      }
      if (rightNumber >= 0 && !right.isPointer()) {
        walk.markPrecise(rightNumber);
      }
      return outcome == Outcome.ALWAYS ? jump.offset() : 0;
    }
    both(jump, narrow, leftNumber, rightNumber, left, right);
    return 0;
  }

  private Outcome outcome(Condition condition, boolean narrow, Reg left, Reg right) {
    if (isPacketPointer(left) && isPacketPointer(right) && !narrow) {
      return packetOutcome(condition, left, right);
    }
    if (left.isPointer() || right.isPointer()) {
      return narrow ? Outcome.EITHER : nullOutcome(condition, left, right);
    }
    var outcome = Comparison.outcome(condition, narrow, left, right);
    return outcome == Outcome.EITHER && walk.rules().atLeast(7, 0)
        ? refinement.outcome(condition, narrow, left, right)
        : outcome;
  }

  private static boolean isPacketPointer(Reg reg) {
    return reg.kind.isPacket() || reg.kind == RegisterKind.PACKET_END;
  }

  private static Outcome packetOutcome(Condition condition, Reg left, Reg right) {
    Reg packet;
    Condition asked = condition;
    if (right.kind == RegisterKind.PACKET_END) {
      packet = left;
    } else if (left.kind == RegisterKind.PACKET_END) {
      packet = right;
      asked = Comparison.flipped(condition);
    } else {
      return Outcome.EITHER;
    }
    if (packet.range >= 0) {
      return Outcome.EITHER;
    }
    boolean beyond = packet.range == Reg.BEYOND_END;
    return switch (asked) {
      case LE -> beyond ? Outcome.NEVER : Outcome.EITHER;
      case GT -> beyond ? Outcome.ALWAYS : Outcome.EITHER;
      case LT -> Outcome.NEVER;
      case GE -> Outcome.ALWAYS;
      case EQ, NE, SET, SGT, SGE, SLT, SLE -> Outcome.EITHER;
    };
  }

  private static Outcome nullOutcome(Condition condition, Reg left, Reg right) {
    boolean swapped = !right.bits.isConstant() || right.isPointer();
    var number = swapped ? left : right;
    var pointer = swapped ? right : left;
    if (number.isPointer() || !number.isConstant() || number.constant() != 0) {
      return Outcome.EITHER;
    }
    if (!isNotNull(pointer)) {
      return Outcome.EITHER;
    }
    return switch (condition) {
      case EQ -> Outcome.NEVER;
      case NE -> Outcome.ALWAYS;
      case GT, GE, SET, SGT, SGE, LT, LE, SLT, SLE -> Outcome.EITHER;
    };
  }

  /// Whether a register cannot be null.
  static boolean isNotNull(Reg reg) {
    if (reg.mayBeNull() || reg.smin <= -FARTHEST || reg.smax >= FARTHEST) {
      return false;
    }
    return switch (reg.kind) {
      case SOCKET, SOCKET_COMMON, TCP_SOCKET, XDP_SOCKET, BUFFER, MAP_VALUE, MAP_KEY, MAP -> true;
      case MEMORY -> !reg.has(Reg.UNTRUSTED);
      case BTF_OBJECT -> reg.has(Reg.TRUSTED) || reg.referenceId != 0;
      case UNSET,
          SCALAR,
          CONTEXT,
          STACK,
          PACKET_META,
          PACKET,
          PACKET_END,
          FLOW_KEYS,
          TP_BUFFER,
          ARENA,
          FUNCTION,
          INSTRUCTION,
          DYNPTR ->
          false;
    };
  }

  private void both(
      Instruction.JumpIf jump,
      boolean narrow,
      int leftNumber,
      int rightNumber,
      Reg left,
      Reg right) {
    var state = walk.state();
    var linked = LinkedRegisters.of(state, left, rightNumber < 0 ? null : right);
    if (linked.length > 1) {
      walk.note(0, linked);
    }
    var other = walk.push(walk.at() + 1 + jump.offset());
    walk.went(other, true);
    walk.went(state, false);
    var otherLeft = other.current().regs[leftNumber];
    Reg otherRight;
    if (rightNumber >= 0) {
      otherRight = other.current().regs[rightNumber];
    } else {
      otherConstant.set(constant);
      otherRight = otherConstant;
    }
    var condition = jump.condition();
    if (left.isScalar() && right.isScalar()) {
      learn(condition, false, narrow, left, right);
      learn(condition, true, narrow, otherLeft, otherRight);
    }
    if (rightNumber >= 0 && right.isScalar() && right.id != 0) {
      LinkedRegisters.spread(state, right, linked);
      LinkedRegisters.spread(other, otherRight, linked);
    }
    if (left.isScalar() && left.id != 0) {
      LinkedRegisters.spread(state, left, linked);
      LinkedRegisters.spread(other, otherLeft, linked);
    }
    if (narrow) {
      return;
    }
    if (rightNumber >= 0 && left.mayBeNull() && right.isNull() && walk.rules().atLeast(7, 3)) {
      walk.markPrecise(rightNumber);
      checkNull(condition, leftNumber, state, other);
    } else if (rightNumber >= 0) {
      comparePointers(condition, left, right, otherLeft, otherRight);
      PacketRanges.learn(condition, left, right, leftNumber, rightNumber, state, other);
    } else if (((Immediate) jump.right()).value() == 0 && left.mayBeNull()) {
      checkNull(condition, leftNumber, state, other);
    }
  }

  private void learn(
      Condition condition, boolean holds, boolean narrow, Scalar left, Scalar right) {
    Comparison.learn(condition, holds, narrow, left, right);
    left.sync();
    right.sync();
    if (walk.rules().atLeast(7, 0)) {
      Refinement.apply(left);
      Refinement.apply(right);
    }
    repair(left);
    repair(right);
  }

  private static void repair(Scalar number) {
    if (number.isContradictory()) {
      number.unbound();
    }
  }

  /// Where a pointer that may be null equals one that is not, it is not.
  private static void comparePointers(
      Condition condition, Reg left, Reg right, Reg otherLeft, Reg otherRight) {
    if (!left.isPointer()
        || !right.isPointer()
        || left.kind == RegisterKind.BTF_OBJECT
        || right.kind == RegisterKind.BTF_OBJECT
        || (condition != Condition.EQ && condition != Condition.NE)) {
      return;
    }
    boolean leftSet = isNotNull(left);
    boolean rightSet = isNotNull(right);
    if (leftSet && right.mayBeNull()) {
      Nulls.markNotNull(condition == Condition.EQ ? otherRight : right);
    }
    if (rightSet && left.mayBeNull()) {
      Nulls.markNotNull(condition == Condition.EQ ? otherLeft : left);
    }
  }

  private static void checkNull(Condition condition, int number, State state, State other) {
    switch (condition) {
      case EQ -> {
        Nulls.decide(state, number, false);
        Nulls.decide(other, number, true);
      }
      case NE -> {
        Nulls.decide(state, number, true);
        Nulls.decide(other, number, false);
      }
      case GT, GE, SET, SGT, SGE, LT, LE, SLT, SLE -> {}
    }
  }
}
