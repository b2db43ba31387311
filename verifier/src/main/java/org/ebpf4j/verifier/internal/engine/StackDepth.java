package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.insn.Instruction.Call;
import org.ebpf4j.verifier.result.Finding.Reason;

/// How much stack the longest chain of calls takes.
final class StackDepth {
  private static final int ROUND = 16;
  private static final int TAIL_CALL = 12;
  private static final int TAIL_CALL_DEPTH = 256;

  private final Code code;
  private final int[] depths;
  private final int most;
  private final int frames;
  private final boolean[] tailCalls;

  /// @param depths the bytes that each subprogram uses
  StackDepth(Code code, int[] depths, int most, int frames) {
    this.code = code;
    this.depths = depths;
    this.most = most;
    this.frames = frames;
    tailCalls = new boolean[code.subprograms()];
    for (int i = 0; i < code.size(); i++) {
      if (code.at(i) instanceof Call.Helper(int id) && id == TAIL_CALL) {
        tailCalls[code.subprogram(i)] = true;
      }
    }
  }

  void check() {
    // What was checked with each subprogram at its deepest so far, so that no chain is walked
    // twice.
    var deepest = new int[code.subprograms()];
    java.util.Arrays.fill(deepest, -1);
    visit(0, 0, 1, deepest);
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
    int depth = above + (Math.max(depths[subprogram], 1) + ROUND - 1) / ROUND * ROUND;
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
      if (code.at(i) instanceof Call.Subprogram(int offset)) {
        if (frame >= frames) {
          throw new Refusal(
              Reason.LIMIT, -1, "the call stack of " + (frame + 1) + " frames is too deep !");
        }
        visit(code.subprogram(i + 1 + offset), depth, frame + 1, deepest);
      }
    }
  }
}
