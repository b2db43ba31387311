package org.ebpf4j.verifier.internal.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.Slots;
import org.ebpf4j.verifier.internal.state.State;

/// Which stack slots are read after an instruction before they are written again, in each chain of
/// calls. What instructions read and write is noted as paths come to them; a state is asked about
/// only when all paths from it are done.
final class StackLiveness {
  private final Code code;
  private final Map<Calls, Uses> uses = new HashMap<>();

  /// The calls that led to a frame, as instructions, with its subprogram.
  private record Calls(List<Integer> sites, int subprogram) {}

  /// What the instructions of a function, or those that it calls, do with its stack.
  private static final class Uses {
    final long[] reads;
    final long[] writes;
    final long[] live;
    boolean stale = true;

    Uses(int size) {
      reads = new long[size];
      writes = new long[size];
      live = new long[size];
      Arrays.fill(writes, -1);
    }
  }

  StackLiveness(Code code) {
    this.code = code;
  }

  private Uses uses(State state, int frame) {
    var of = state.frame(frame);
    if (of.uses instanceof Uses known) {
      return known;
    }
    var sites = new ArrayList<Integer>(frame);
    for (int f = 1; f <= frame; f++) {
      sites.add(state.frame(f).callSite);
    }
    var found = uses.computeIfAbsent(new Calls(sites, of.subprogram), _ -> new Uses(code.size()));
    of.uses = found;
    return found;
  }

  /// The instruction of a frame's own function at which a path is.
  private static int site(State state, Frame frame, int at) {
    return frame.number == state.depth ? at : state.frame(frame.number + 1).callSite;
  }

  /// An instruction reads a slot.
  void read(State state, Frame frame, int slot, int at) {
    var one = uses(state, frame.number);
    int site = site(state, frame, at);
    long bit = 1L << slot;
    if ((one.reads[site] & bit) == 0) {
      one.reads[site] |= bit;
      one.stale = true;
    }
  }

  /// A path came to an instruction, which writes the whole of some slots of its own frame.
  void visited(State state, int at, long written) {
    var one = uses(state, state.depth);
    long now = one.writes[at] & written;
    if (now != one.writes[at]) {
      one.writes[at] = now;
      one.stale = true;
    }
  }

  /// Whether a slot of a state that is done may still be read.
  boolean isLive(State state, int frame, int slot) {
    if (slot >= Long.SIZE || isSpecial(state.frame(frame).type(slot))) {
      return true;
    }
    var one = uses(state, frame);
    if (one.stale) {
      compute(one, state.frame(frame).subprogram);
    }
    int at = state.instruction(frame);
    return (one.live[at] & (1L << slot)) != 0;
  }

  /// Dynptrs and iterators are used by calls, which do not say so.
  private static boolean isSpecial(byte type) {
    return type == Slots.DYNPTR || type == Slots.ITERATOR || type == Slots.IRQ_FLAG;
  }

  private void compute(Uses one, int subprogram) {
    one.stale = false;
    int start = code.start(subprogram);
    int end = code.end(subprogram);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = end - 1; i >= start; i--) {
        var instruction = code.at(i);
        if (instruction == null) {
          continue;
        }
        long after = 0;
        for (int next : RegisterLiveness.successors(i, instruction)) {
          after |= next < end ? one.live[next] : 0;
        }
        long written = one.writes[i] == -1 ? 0 : one.writes[i];
        long now = (after & ~written) | one.reads[i];
        if (now != one.live[i]) {
          one.live[i] = now;
          changed = true;
        }
      }
    }
  }
}
