package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.State;
import org.jspecify.annotations.Nullable;

/// Marks numbers whose value matters, on the whole path that led to a use of them, in the states
/// that were kept on it. In those, a later state has to have a value within theirs; of all other
/// numbers, any value will do.
final class Precision {
  private static final int ARGUMENTS = 0x3e;

  private final Walk walk;
  private final Wanted wanted;
  private final Backtrack backtrack;

  Precision(Walk walk, Code code) {
    this.walk = walk;
    wanted = new Wanted(walk.rules().frames());
    backtrack = new Backtrack(walk, code, wanted);
  }

  /// Marks a register of the frame that runs.
  void mark(int register) {
    var state = walk.state();
    wanted.clear(state.depth);
    wanted.addRegister(state.depth, register);
    follow(state, walk.at());
  }

  /// Marks what a slot of the stack holds.
  void markSlot(int frame, int slot) {
    var state = walk.state();
    wanted.clear(state.depth);
    wanted.addSlot(frame, slot);
    follow(state, walk.at());
  }

  /// Marks on the path to a state what the state that covered it has marked.
  ///
  /// @param at the instruction that the state is before
  /// @return whether something was marked that was not
  boolean copy(State old, State state, int at) {
    wanted.clear(old.depth);
    for (int f = old.depth; f >= 0; f--) {
      var frame = old.frame(f);
      int live = walk.liveRegisters(old, f);
      for (int i = 0; i < Frame.REGISTERS - 1; i++) {
        var reg = frame.regs[i];
        if (reg.isScalar() && reg.precise && (live & 1 << i) != 0) {
          wanted.addRegister(f, i);
        }
      }
      for (int slot = 0; slot < frame.slots(); slot++) {
        if (frame.isScalarSpill(slot) && frame.requireSpill(slot).precise) {
          wanted.addSlot(f, slot);
        }
      }
    }
    return follow(state, at);
  }

  private boolean follow(State state, int end) {
    if (wanted.isEmpty()) {
      return false;
    }
    boolean changed = false;
    int last = end;
    int first = state.firstInstruction;
    int following = -1;
    boolean skip = true;
    @Nullable State at = state;
    while (at != null) {
      if (last < 0) {
        return markEntry(at, state) || changed;
      }
      var history = at.history;
      int entry = history.size();
      int i = last;
      while (true) {
        boolean noted = entry > 0 && history.instruction(entry - 1) == i;
        if (skip) {
          skip = false;
        } else if (!backtrack.step(i, following, history, noted ? entry - 1 : -1)) {
          markAll(state);
          return true;
        }
        if (wanted.isEmpty()) {
          return changed;
        }
        following = i;
        if (i == first && (entry == 0 || (entry == 1 && noted))) {
          break;
        }
        i = noted ? history.previous(--entry) : previous(i);
        if (i < 0) {
          break;
        }
      }
      at = at.parent;
      if (at == null) {
        break;
      }
      changed |= markKept(at);
      if (wanted.isEmpty()) {
        return changed;
      }
      following = first;
      last = at.lastInstruction;
      first = at.firstInstruction;
    }
    markAll(state);
    return true;
  }

  private int previous(int at) {
    int before = at - 1;
    return before > 0 && walk.code().at(before) == null ? before - 1 : before;
  }

  /// The beginning of a global function: what is left are its arguments.
  private boolean markEntry(State entry, State state) {
    if (entry.depth != 0
        || entry.frame(0).subprogram == 0
        || wanted.slots(0) != 0
        || (wanted.registers(0) & ~ARGUMENTS) != 0) {
      markAll(state);
      return true;
    }
    boolean changed = false;
    var frame = entry.frame(0);
    for (int i = 1; i <= 5; i++) {
      var reg = frame.regs[i];
      if ((wanted.registers(0) & 1 << i) != 0 && reg.isScalar() && !reg.precise) {
        reg.precise = true;
        changed = true;
      }
    }
    return changed;
  }

  /// Marks what is wanted in a state that was kept; what is marked there already was followed
  /// before.
  private boolean markKept(State state) {
    boolean changed = false;
    for (int f = Math.min(wanted.frame, state.depth); f >= 0; f--) {
      var frame = state.frame(f);
      for (int i = 0; i < Frame.REGISTERS; i++) {
        if ((wanted.registers(f) & 1 << i) != 0) {
          var reg = frame.regs[i];
          if (!reg.isScalar() || reg.precise) {
            wanted.removeRegister(f, i);
          } else {
            reg.precise = true;
            changed = true;
          }
        }
      }
      for (int slot = 0; slot < Wanted.SLOTS; slot++) {
        if (wanted.hasSlot(f, slot)) {
          if (slot >= frame.slots()
              || !frame.isScalarSpill(slot)
              || frame.requireSpill(slot).precise) {
            wanted.removeSlot(f, slot);
          } else {
            frame.requireSpill(slot).precise = true;
            changed = true;
          }
        }
      }
    }
    return changed;
  }

  /// Where the path cannot be followed, all numbers of all states on it matter.
  void markAll(State state) {
    wanted.clear(0);
    for (var at = state.parent; at != null; at = at.parent) {
      set(at, true);
    }
  }

  /// Forgets the marks of a state that is about to be kept.
  static void forget(State state) {
    set(state, false);
  }

  private static void set(State state, boolean precise) {
    for (int f = 0; f <= state.depth; f++) {
      var frame = state.frame(f);
      for (int i = 0; i < Frame.REGISTERS - 1; i++) {
        if (frame.regs[i].isScalar()) {
          frame.regs[i].precise = precise;
        }
      }
      for (int slot = 0; slot < frame.slots(); slot++) {
        if (frame.isScalarSpill(slot)) {
          frame.requireSpill(slot).precise = precise;
        }
      }
    }
  }
}
