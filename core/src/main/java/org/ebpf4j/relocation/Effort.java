package org.ebpf4j.relocation;

/// Bounds the work on one object. Types can be made so that comparing them takes forever; those of
/// compilers come nowhere near the bound.
final class Effort {
  private static final int LIMIT = 4_000_000;

  /// What is remembered counts for many steps, so that it takes no more than some tens of
  /// megabytes.
  private static final int MEMORY = 100;

  private int spent;

  /// One more member, enumerator or type is looked at.
  void step() {
    spend(1);
  }

  /// One more result is kept.
  void remember() {
    spend(MEMORY);
  }

  private void spend(int steps) {
    spent += steps;
    if (spent > LIMIT) {
      // So that it stays above the limit, however often it is asked.
      spent = LIMIT;
      throw new Unresolvable(
          "the types take more than " + LIMIT + " steps to compare, so they are damaged");
    }
  }
}
