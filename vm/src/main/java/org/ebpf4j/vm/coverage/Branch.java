package org.ebpf4j.vm.coverage;

/// How often a conditional jump went which way. A value.
///
/// @param jumped how often to its target
/// @param passed how often on to the next instruction
public record Branch(long jumped, long passed) {
  /// How many of its two ways were gone.
  public Ratio ways() {
    return new Ratio((jumped > 0 ? 1 : 0) + (passed > 0 ? 1 : 0), 2);
  }

  Branch plus(Branch other) {
    return new Branch(jumped + other.jumped, passed + other.passed);
  }
}
