package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.insn.Condition;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.State;

/// What a comparison of a packet pointer with the end of the packet says: how many bytes behind its
/// base may be accessed.
final class PacketRanges {
  private static final long LONGEST = 0xffff;

  private PacketRanges() {}

  /// Puts what a comparison says into both states.
  ///
  /// @param through the state in which the condition does not hold
  /// @param taken the state in which it holds
  static void learn(
      Condition condition,
      Reg left,
      Reg right,
      int leftNumber,
      int rightNumber,
      State through,
      State taken) {
    boolean leftPacket = isPacketAndEnd(left, right);
    boolean rightPacket = !leftPacket && isPacketAndEnd(right, left);
    if (!leftPacket && !rightPacket) {
      return;
    }
    var packet = leftPacket ? left : right;
    int number = leftPacket ? leftNumber : rightNumber;
    // As if the packet pointer stood on the left.
    var asked =
        leftPacket ? condition : org.ebpf4j.verifier.internal.scalar.Comparison.flipped(condition);
    switch (asked) {
      case GT -> {
        widen(through, packet, false);
        markEnd(taken, number, true);
      }
      case LT -> {
        widen(taken, packet, true);
        markEnd(through, number, false);
      }
      case GE -> {
        widen(through, packet, true);
        markEnd(taken, number, false);
      }
      case LE -> {
        widen(taken, packet, false);
        markEnd(through, number, true);
      }
      case EQ, NE, SET, SGT, SGE, SLT, SLE -> {}
    }
  }

  private static boolean isPacketAndEnd(Reg packet, Reg end) {
    return (packet.kind == RegisterKind.PACKET && end.kind == RegisterKind.PACKET_END)
        || (packet.kind == RegisterKind.PACKET_META && isStart(end));
  }

  /// Whether it is where the packet begins, which is where metadata end.
  private static boolean isStart(Reg reg) {
    return reg.kind == RegisterKind.PACKET
        && reg.id == 0
        && reg.off == 0
        && reg.isConstant()
        && reg.constant() == 0;
  }

  /// What is below the compared pointer may be accessed, through all pointers of the same base.
  private static void widen(State state, Reg compared, boolean strict) {
    int off = compared.off;
    if (off < 0
        || (off == 0 && strict)
        || Long.compareUnsigned(compared.umax, LONGEST) > 0
        || Long.compareUnsigned(compared.umax + off, LONGEST) > 0) {
      return;
    }
    int range = strict ? off + 1 : off;
    var kind = compared.kind;
    int id = compared.id;
    state.forEach(reg -> {
      if (reg.kind == kind && reg.id == id) {
        reg.range = Math.max(reg.range, range);
      }
    });
  }

  private static void markEnd(State state, int number, boolean beyond) {
    var reg = state.current().regs[number];
    if (reg.kind == RegisterKind.PACKET) {
      reg.range = beyond ? Reg.BEYOND_END : Reg.AT_END;
    }
  }
}
