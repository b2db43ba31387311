package org.ebpf4j.vm.internal.compiler;

import java.util.PriorityQueue;
import java.util.TreeSet;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.Code;
import org.jspecify.annotations.Nullable;

/// What is known at the begin of each block of a function, whatever way led there: the fixpoint of
/// [Transfer] and [Branch].
final class Facts {
  /// How often a block is looked at before what grows in it is taken to grow on.
  private static final int PATIENCE = 3;

  private final Code code;
  private final Flow flow;
  private final Transfer transfer;
  private final Liveness liveness;
  private final @Nullable State[] states;
  private final int[] visits;
  private final long[] bounds;

  private Facts(Code code, Flow flow, Transfer transfer, Liveness liveness) {
    this.code = code;
    this.liveness = liveness;
    this.flow = flow;
    this.transfer = transfer;
    this.states = new @Nullable State[flow.blocks().size()];
    this.visits = new int[states.length];
    this.bounds = bounds();
  }

  static Facts of(Code code, Flow flow, Transfer transfer, Liveness liveness, int function) {
    var facts = new Facts(code, flow, transfer, liveness);
    facts.find(flow.indexOf(function), State.entry(transfer.slots()));
    return facts;
  }

  /// The state at the begin of a block; null where no way leads there.
  @Nullable State at(Block block) {
    return states[block.index()];
  }

  /// Numbers that a growing one may stop at: those that it is compared with, and the ends of types.
  private long[] bounds() {
    var found = new TreeSet<Long>();
    for (var block : flow.blocks()) {
      for (int slot = block.start(); slot <= block.last(); slot = flow.after(slot)) {
        long s = code.slot(slot);
        long number = Slot.imm(s);
        if (Flow.isConditional(Slot.opcode(s)) || Slot.opcode(s) == Opcode.MOV64_IMM) {
          found.add(number - 1);
          found.add(number);
          found.add(number + 1);
        }
      }
    }
    for (long end : new long[] {0, 255, 65535, Integer.MAX_VALUE, Value.U32, Integer.MIN_VALUE}) {
      found.add(end);
    }
    return found.stream().mapToLong(Long::longValue).toArray();
  }

  private void find(int entry, State first) {
    first.keep(liveness.at(flow.blocks().get(entry)));
    states[entry] = first;
    var open = new PriorityQueue<Integer>();
    var isOpen = new boolean[states.length];
    open.add(entry);
    isOpen[entry] = true;
    while (!open.isEmpty()) {
      int index = open.remove();
      isOpen[index] = false;
      var block = flow.blocks().get(index);
      var state = states[index];
      if (state == null) {
        continue;
      }
      var after = through(block, state.copy());
      for (boolean taken : new boolean[] {false, true}) {
        int successor = taken ? block.target() : block.next();
        var reached = successor < 0 ? null : edge(block, after, taken);
        if (reached != null && merge(successor, index, reached) && !isOpen[successor]) {
          open.add(successor);
          isOpen[successor] = true;
        }
      }
    }
  }

  private State through(Block block, State state) {
    for (int slot = block.start(); slot <= block.last(); slot = flow.after(slot)) {
      transfer.apply(state, slot);
    }
    return state;
  }

  /// The state on the way from a block to one that follows it.
  ///
  /// @param after the state behind its last instruction
  /// @return null where it never goes that way
  @Nullable State edge(Block block, State after, boolean taken) {
    long s = code.slot(block.last());
    return Flow.isConditional(Slot.opcode(s)) ? Branch.after(after, s, taken) : after.copy();
  }

  private boolean merge(int index, int from, State reached) {
    var before = states[index];
    reached.keep(liveness.at(flow.blocks().get(index)));
    if (before == null) {
      states[index] = reached;
      return true;
    }
    var joined = before.join(reached);
    if (joined.isSame(before)) {
      return false;
    }
    // Every circle of blocks has a way back.
    if (from >= index && ++visits[index] > PATIENCE) {
      joined = joined.widen(before, bounds);
    }
    states[index] = joined;
    return true;
  }
}
