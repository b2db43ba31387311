package org.ebpf4j.verifier.input;

/// What not every kernel's verifier knows.
public enum VerifierFeature {
  /// Subprograms whose arguments BTF describes are checked once, by themselves.
  GLOBAL_FUNCTIONS(5, 6),
  /// The function `bpf_loop`.
  LOOP_HELPER(5, 17),
  /// Dynptrs.
  DYNPTRS(5, 19),
  /// Iterators as kfuncs.
  OPEN_ITERATORS(6, 4),
  /// Instructions of cpu v4: signed division, sign-extending moves and loads, 32-bit jumps.
  CPU_V4(6, 6),
  /// Ranges are derived from comparisons of two registers.
  REGISTER_COMPARISONS(6, 8),
  /// Registers that differ by a constant share their ranges.
  LINKED_DELTAS(6, 12),
  /// The jump `may_goto`.
  MAY_GOTO(6, 9),
  /// Arenas.
  ARENAS(6, 9),
  /// Which registers are live is computed before the walk.
  STATIC_LIVENESS(6, 16),
  /// Loads with acquire and stores with release order.
  ORDERED_ACCESS(6, 15),
  /// Loops of iterators are told by strongly connected components.
  COMPONENT_LOOPS(6, 17),
  /// Which stack slots are live is told for each chain of calls.
  STACK_LIVENESS(6, 18),
  /// Indirect jumps.
  INDIRECT_JUMPS(6, 19);

  private final int since;

  VerifierFeature(int major, int minor) {
    this.since = major << 8 | minor;
  }

  /// The first version with it, as `major << 8 | minor`.
  int since() {
    return since;
  }
}
