package org.ebpf4j.relocation;

/// Bounds the work on one object. Types can be made so that comparing them takes forever; those of
/// compilers come nowhere near the bound.
final class Effort {
  private static final int LIMIT = 10_000_000;

  private int spent;

  /// One more member, enumerator or type is looked at.
  void step() {
    if (++spent > LIMIT) {
      throw new Unresolvable(
          "the types take more than " + LIMIT + " steps to compare, so they are damaged");
    }
  }
}
