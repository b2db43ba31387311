package org.ebpf4j.verifier.internal.engine;

import java.util.Arrays;
import org.ebpf4j.verifier.internal.scalar.Arithmetic;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.State;
import org.jspecify.annotations.Nullable;

/// Registers and stack slots that hold the same number, or numbers a known distance apart: what is
/// learned of one is known of all.
final class LinkedRegisters {
  /// The kernel keeps so many in its history; what is more is not linked any longer.
  private static final int MOST = 6;

  private LinkedRegisters() {}

  /// The registers and slots that hold the same number as one of two, as members of a group of
  /// [Wanted].
  static long[] of(State state, Reg left, @Nullable Reg right) {
    var found = new long[MOST];
    int count = 0;
    if (right != null && right.isScalar() && right.id != 0) {
      count = collect(state, right.id, found, count);
    }
    if (left.isScalar() && left.id != 0) {
      count = collect(state, left.id, found, count);
    }
    return Arrays.copyOf(found, count);
  }

  private static int collect(State state, int id, long[] found, int start) {
    int count = start;
    for (int f = state.depth; f >= 0; f--) {
      var frame = state.frame(f);
      for (int i = 0; i < Frame.REGISTERS - 1; i++) {
        count = add(frame.regs[i], id, Wanted.register(f, i), found, count);
      }
      for (int slot = 0; slot < frame.slots(); slot++) {
        if (frame.isSpill(slot)) {
          count = add(frame.requireSpill(slot), id, Wanted.slot(f, slot), found, count);
        }
      }
    }
    return count;
  }

  private static int add(Reg reg, int id, long member, long[] found, int count) {
    if (!reg.isScalar() || reg.id != id) {
      return count;
    }
    if (count == MOST) {
      reg.unlink();
      return count;
    }
    found[count] = member;
    return count + 1;
  }

  /// Tells all members of a group what is known of one.
  static void spread(State state, Reg known, long[] group) {
    var distance = new Reg();
    for (long member : group) {
      var reg = member(state, member);
      if (reg == null || reg == known || !reg.isScalar() || reg.id != known.id) {
        continue;
      }
      if ((!reg.linkedByDelta && !known.linkedByDelta) || reg.off == known.off) {
        boolean precise = known.precise;
        reg.set(known);
        reg.precise = precise;
        continue;
      }
      int off = reg.off;
      int id = reg.id;
      boolean delta = reg.linkedByDelta;
      distance.markKnown((long) off - known.off);
      reg.set(known);
      reg.off = off;
      reg.id = id;
      reg.linkedByDelta = delta;
      Arithmetic.add(reg, distance);
    }
  }

  private static @Nullable Reg member(State state, long member) {
    var frame = state.frame((int) (member >>> Integer.SIZE));
    int number = (int) member;
    return number < Frame.REGISTERS ? frame.regs[number] : frame.spills[number - Frame.REGISTERS];
  }
}
