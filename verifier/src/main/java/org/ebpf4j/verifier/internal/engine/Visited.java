package org.ebpf4j.verifier.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.History;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.Slots;
import org.ebpf4j.verifier.internal.state.State;
import org.ebpf4j.verifier.internal.state.StateComparison;
import org.ebpf4j.verifier.internal.state.StateComparison.Level;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// The states that were kept, by instruction. A walk ends where it comes to a state that one of
/// them covers.
final class Visited {
  private static final int LONG_HISTORY = 40;
  private static final int FEW = 3;
  private static final int MANY = 64;

  private final Walk walk;
  private final Layout layout;
  private final StateComparison comparison;
  private final @Nullable List<Kept>[] kept;
  int total;
  int now;
  int peak;
  private long jumpsAtLast;
  private long processedAtLast;

  @SuppressWarnings({"unchecked", "rawtypes"})
  Visited(Walk walk, Layout layout, StateComparison comparison, int size) {
    this.walk = walk;
    this.layout = layout;
    this.comparison = comparison;
    kept = new List[size];
  }

  /// Whether the walk need not go on. If it has to, the state may be kept.
  boolean covers(int at) {
    var state = walk.state();
    boolean forced = layout.checkpoints.get(at) || state.history.size() > LONG_HISTORY;
    boolean add =
        forced || (walk.jumps() - jumpsAtLast >= 2 && walk.processed() - processedAtLast >= 8);
    var list = kept[at];
    if (list != null) {
      for (var one : list) {
        clean(one, state);
      }
      // The newest first.
      for (int i = list.size() - 1; i >= 0; i--) {
        var one = list.get(i);
        switch (look(one, state, at, forced)) {
          case COVERED -> {
            one.hits++;
            return true;
          }
          case TOO_EARLY -> add = false;
          case OTHER -> {}
        }
        if (add) {
          one.misses++;
        }
        int tries = layout.checkpoints.get(at) && one.state.branches > 0 ? MANY : FEW;
        if (one.misses > one.hits * tries + tries) {
          list.remove(i);
          now--;
        }
      }
    }
    if (add) {
      keep(state, at);
    }
    return false;
  }

  private enum Look {
    COVERED,
    TOO_EARLY,
    OTHER
  }

  private Look look(Kept one, State state, int at, boolean forced) {
    var old = one.state;
    if (old.branches == 0) {
      boolean open = walk.loops().isOpen(old);
      return comparison.covers(old, state, open ? Level.WITHIN : Level.SAFE, walk.highestId())
          ? reuse(old, state, at, open)
          : Look.OTHER;
    }
    var frame = old.current();
    boolean otherEntry =
        frame.inAsyncCallback && frame.asyncEntries != state.current().asyncEntries;
    if (!otherEntry) {
      if (layout.iteratorCalls.get(at)) {
        if (comparison.covers(old, state, Level.WITHIN, walk.highestId())
            && walk.isIteratorActive()) {
          return reuse(old, state, at, true);
        }
      } else if (layout.callbackCalls.get(at)) {
        if (comparison.covers(old, state, Level.WITHIN, walk.highestId())) {
          return reuse(old, state, at, true);
        }
      } else {
        if (walk.isMayGoto(at)
            && old.mayGotoDepth != state.mayGotoDepth
            && comparison.covers(old, state, Level.WITHIN, walk.highestId())) {
          return reuse(old, state, at, true);
        }
        checkEndless(old, state, at);
      }
    }
    boolean early =
        !forced && walk.jumps() - jumpsAtLast < 20 && walk.processed() - processedAtLast < 100;
    return early ? Look.TOO_EARLY : Look.OTHER;
  }

  /// A state that comes back unchanged while it is still being walked never ends.
  private void checkEndless(State old, State state, int at) {
    if (old.mayGotoDepth == state.mayGotoDepth
        && old.callbackUnrollDepth == state.callbackUnrollDepth
        && comparison.covers(old, state, Level.EXACT, walk.highestId())
        && !iteratorsDiffer(old, state)) {
      throw new Refusal(
          Reason.LIMIT,
          -1,
          "infinite loop detected at insn " + at,
          "a change of what the loop's condition depends on",
          "let a counter with a bound end the loop, or use bpf_loop or bpf_for");
    }
  }

  private static boolean iteratorsDiffer(State old, State state) {
    for (int f = 0; f <= old.depth; f++) {
      var before = old.frame(f);
      var after = state.frame(f);
      for (int slot = 0; slot < Math.min(before.slots(), after.slots()); slot++) {
        if (before.type(slot) == Slots.ITERATOR
            && before.requireSpill(slot).objectDepth != after.requireSpill(slot).objectDepth) {
          return true;
        }
      }
    }
    return false;
  }

  private Look reuse(State old, State state, int at, boolean loop) {
    if (layout.jumpPoints.get(at)) {
      walk.note(0);
    }
    walk.precision().copy(old, state, at);
    if (loop) {
      var end = new State(state);
      end.history = new History(state.history);
      end.instruction = at;
      walk.loops().cameBack(old, end);
    }
    return Look.COVERED;
  }

  /// Takes out of a state that is done what is dead in it: it need not be compared.
  private void clean(Kept one, State state) {
    if (one.cleaned
        || one.state.branches > 0
        || walk.loops().isOpen(one.state)
        || !StateComparison.sameCalls(one.state, state)) {
      return;
    }
    one.cleaned = true;
    for (int f = 0; f <= one.state.depth; f++) {
      var frame = one.state.frame(f);
      int live = walk.liveRegisters(one.state, f);
      for (int i = 0; i < Frame.REGISTERS - 1; i++) {
        if ((live & 1 << i) == 0 && frame.regs[i].kind != RegisterKind.UNSET) {
          frame.regs[i].markUnset();
        }
      }
      for (int slot = 0; slot < frame.slots(); slot++) {
        if (!walk.isLiveSlot(one.state, f, slot)) {
          clear(frame, slot);
        }
      }
    }
  }

  private static void clear(Frame frame, int slot) {
    Reg spill = frame.spills[slot];
    if (spill != null) {
      spill.markUnset();
    }
    java.util.Arrays.fill(frame.types, slot * Slots.BYTES, (slot + 1) * Slots.BYTES, Slots.INVALID);
  }

  private void keep(State state, int at) {
    total++;
    now++;
    peak = Math.max(peak, now);
    jumpsAtLast = walk.jumps();
    processedAtLast = walk.processed();
    Precision.forget(state);
    var copy = new State(state);
    copy.history = state.history;
    copy.branches = 1;
    copy.instruction = at;
    state.history = new History();
    state.parent = copy;
    state.firstInstruction = at;
    state.depthFirst = copy.depthFirst + 1;
    state.branches = 1;
    var list = kept[at];
    if (list == null) {
      list = new ArrayList<>(2);
      kept[at] = list;
    }
    list.add(new Kept(copy, at));
    walk.loops().kept(copy);
  }
}
