package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.State;

/// Which stack slots are read after an instruction before they are written again.
final class StackLiveness {
  private final Code code;

  StackLiveness(Code code) {
    this.code = code;
  }

  /// An instruction reads a slot.
  void read(State state, Frame frame, int slot, int at) {
    if (at >= code.size()) {
      throw new IllegalArgumentException("no instruction " + at);
    }
  }

  /// An instruction writes the whole of a slot.
  void wrote(State state, Frame frame, int slot, int at) {
    read(state, frame, slot, at);
  }

  /// Whether a slot of a state may still be read.
  boolean isLive(State state, int frame, int slot) {
    return slot < state.frame(frame).slots();
  }
}
