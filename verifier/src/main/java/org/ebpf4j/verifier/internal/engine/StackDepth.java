package org.ebpf4j.verifier.internal.engine;

import java.util.BitSet;
import org.ebpf4j.insn.Instruction.Call;
import org.ebpf4j.verifier.result.Finding.Reason;

/// How much stack the longest chain of calls takes.
final class StackDepth {
  private static final int ROUND = 16;
  private static final int TAIL_CALL = 12;

  /// `BPF_PRIV_STACK_MIN_SIZE`.
  private static final int LEAST_ALONE = 64;

  private static final int TAIL_CALL_DEPTH = 256;

  private final Code code;
  private final int[] depths;
  private final BitSet later;
  private final int most;
  private final int frames;
  private final boolean[] tailCalls;
  private final boolean alone;

  /// @param depths the bytes that each subprogram uses
  /// @param later the subprograms that the kernel calls after the program ended
  /// @param alone whether subprograms have stacks of their own, where none calls the next program
  StackDepth(Code code, int[] depths, BitSet later, int most, int frames, boolean alone) {
    this.later = later;
    this.code = code;
    this.depths = depths;
    this.most = most;
    this.frames = frames;
    tailCalls = new boolean[code.subprograms()];
    boolean anyTailCall = false;
    for (int i = 0; i < code.size(); i++) {
      if (code.at(i) instanceof Call.Helper(int id) && id == TAIL_CALL) {
        tailCalls[code.subprogram(i)] = true;
        anyTailCall = true;
      }
    }
    this.alone = alone && !anyTailCall && later.isEmpty();
  }

  void check() {
    // What was checked with each subprogram at its deepest so far, so that no chain is walked
    // twice.
    var deepest = new int[code.subprograms()];
    java.util.Arrays.fill(deepest, -1);
    visit(0, 0, 1, deepest);
    // What the kernel calls later has a stack of its own.
    for (int i = later.nextSetBit(0); i >= 0; i = later.nextSetBit(i + 1)) {
      visit(i, 0, 1, deepest);
    }
  }

  private void visit(int subprogram, int above, int frame, int[] deepest) {
    if (above > 0 && tailCalls[subprogram] && above >= TAIL_CALL_DEPTH) {
      throw new Refusal(
          Reason.LIMIT,
          -1,
          "tail_calls are not allowed when call stack of previous frames is "
              + above
              + " bytes. Too large");
    }
    int own = (Math.max(depths[subprogram], 1) + ROUND - 1) / ROUND * ROUND;
    // A stack of its own is not on that of the callers.
    int depth = alone && own >= LEAST_ALONE && own <= most ? above : above + own;
    if (depth > most) {
      throw new Refusal(
          Reason.LIMIT,
          -1,
          "combined stack size of " + frame + " calls is " + depth + ". Too large",
          "",
          "keep large variables in a map, or let fewer functions call each other");
    }
    // A chain of other lengths may be deeper in frames, so both count.
    if (deepest[subprogram] >= depth * 64 + frame) {
      return;
    }
    deepest[subprogram] = depth * 64 + frame;
    for (int i = code.start(subprogram); i < code.end(subprogram); i++) {
      int callee = code.callee(i);
      if (callee >= 0 && (code.at(i) instanceof Call.Subprogram || !later.get(callee))) {
        if (frame >= frames) {
          throw new Refusal(
              Reason.LIMIT, -1, "the call stack of " + (frame + 1) + " frames is too deep !");
        }
        visit(callee, depth, frame + 1, deepest);
      }
    }
  }
}
