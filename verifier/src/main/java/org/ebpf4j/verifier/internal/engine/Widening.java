package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.State;
import org.ebpf4j.verifier.internal.state.StateComparison;
import org.jspecify.annotations.Nullable;

/// Makes loops converge: a number that changed since the last turn, and that does not matter so
/// far, is any number.
final class Widening {
  private Widening() {}

  /// Widens a state, compared with the last one that was kept at an instruction on its path.
  static void since(State state, int instruction) {
    var before = last(state, instruction);
    if (before != null) {
      widen(before, state);
    }
  }

  /// The last state on the path that was kept at an instruction, in the same calls; or null.
  static @Nullable State last(State state, int instruction) {
    for (var one = state.parent; one != null; one = one.parent) {
      if (one.instruction == instruction && StateComparison.sameCalls(one, state)) {
        return one;
      }
    }
    return null;
  }

  /// The one before the state that was kept for this visit of an instruction where states are
  /// always kept; or null.
  static @Nullable State previous(State state, int instruction) {
    var own = state.parent;
    return own == null ? null : last(own, instruction);
  }

  static void widen(State before, State state) {
    for (int f = 0; f <= state.depth; f++) {
      var old = before.frame(f);
      var now = state.frame(f);
      for (int i = 0; i < Frame.REGISTERS - 1; i++) {
        widen(old.regs[i], now.regs[i]);
      }
      for (int slot = 0; slot < Math.min(old.slots(), now.slots()); slot++) {
        if (old.isSpill(slot) && now.isSpill(slot)) {
          widen(old.requireSpill(slot), now.requireSpill(slot));
        }
      }
    }
  }

  private static void widen(Reg old, Reg now) {
    if (old.isScalar()
        && now.isScalar()
        && !old.precise
        && !now.precise
        && !(old.isSameNumber(now) && (old.id == 0) == (now.id == 0))) {
      now.markUnknown();
    }
  }
}
