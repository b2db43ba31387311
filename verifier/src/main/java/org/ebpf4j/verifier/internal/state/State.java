package org.ebpf4j.verifier.internal.state;

import org.jspecify.annotations.Nullable;

/// What is known at one point of a walk: of all frames, of references, and of sections that the
/// program is in; and how the walk came here from the state before ([#parent]).
public final class State {
  public @Nullable Frame[] frames;

  /// The frame that runs.
  public int depth;

  public References references = new References();

  /// The state that was kept before, to whose end this one's beginning belongs.
  public @Nullable State parent;

  /// How many paths from here are still to be walked.
  public int branches;

  public int firstInstruction;
  public int lastInstruction;

  /// How the walk went since the parent.
  public History history = new History();

  /// Of a state that was kept, the instruction before which it was; else 0.
  public int instruction;

  /// The branches that led here.
  public @Nullable Path path;

  public boolean inSleepable;
  public int mayGotoDepth;
  public int callbackUnrollDepth;
  public int depthFirst;

  public State(int frames) {
    this.frames = new @Nullable Frame[frames];
  }

  /// A copy that changes apart from the original; with no history of its own.
  public State(State other) {
    frames = new @Nullable Frame[other.frames.length];
    depth = other.depth;
    for (int i = 0; i <= depth; i++) {
      frames[i] = new Frame(other.frame(i));
    }
    references = new References(other.references);
    parent = other.parent;
    branches = other.branches;
    firstInstruction = other.firstInstruction;
    lastInstruction = other.lastInstruction;
    instruction = other.instruction;
    path = other.path;
    inSleepable = other.inSleepable;
    mayGotoDepth = other.mayGotoDepth;
    callbackUnrollDepth = other.callbackUnrollDepth;
    depthFirst = other.depthFirst;
  }

  public Frame frame(int number) {
    var frame = frames[number];
    if (frame == null) {
      throw new IllegalStateException("no frame " + number);
    }
    return frame;
  }

  public Frame current() {
    return frame(depth);
  }

  /// Puts a frame on top.
  public void enter(Frame frame) {
    frames[++depth] = frame;
  }

  /// Takes the frame on top away.
  public void leave() {
    frames[depth--] = null;
  }

  /// The instruction that a frame of a state that was kept is at.
  public int instruction(int number) {
    return number == depth ? instruction : frame(number + 1).callSite;
  }

  /// Hands each register, and each whole register on the stack, of all frames to something.
  public void forEach(java.util.function.Consumer<Reg> action) {
    for (int i = 0; i <= depth; i++) {
      var frame = frame(i);
      for (var reg : frame.regs) {
        action.accept(reg);
      }
      for (int slot = 0; slot < frame.slots(); slot++) {
        var spill = frame.spills[slot];
        if (spill != null && frame.type(slot) == Slots.SPILL) {
          action.accept(spill);
        }
      }
    }
  }

  /// Whether the program may sleep here.
  public boolean maySleep() {
    return inSleepable
        && references.rcuLocks == 0
        && references.preemptLocks == 0
        && references.activeLocks == 0
        && references.activeIrqId == 0;
  }

  /// A branch that was gone, and those before it.
  public record Path(int instruction, boolean taken, @Nullable Path before) {}
}
