package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.internal.state.State;

/// A state that was kept to compare later ones with.
final class Kept {
  final State state;
  final int instruction;
  int hits;
  int misses;

  /// Whether what is dead in it was taken out.
  boolean cleaned;

  Kept(State state, int instruction) {
    this.state = state;
    this.instruction = instruction;
  }
}
