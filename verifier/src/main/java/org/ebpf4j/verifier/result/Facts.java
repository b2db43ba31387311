package org.ebpf4j.verifier.result;

import java.util.Map;
import java.util.Optional;
import org.ebpf4j.insn.Register;

/// What is known of registers on every path to an instruction that reads them.
public final class Facts {
  private final Map<Integer, Map<Register, RegisterFact>> bySlot;
  private final boolean[] reached;

  /// Takes over what a check found; the arguments must not change after it.
  ///
  /// @param bySlot by the slot of an instruction, what is known of the registers that it reads
  /// @param reached which slots a path came to
  public Facts(Map<Integer, Map<Register, RegisterFact>> bySlot, boolean[] reached) {
    this.bySlot = bySlot;
    this.reached = reached;
  }

  /// Whether a path came to an instruction; one that none came to is never run.
  public boolean isReached(int slot) {
    return reached[slot];
  }

  /// What is known of a register before an instruction that reads it.
  public Optional<RegisterFact> before(int slot, Register register) {
    return Optional.ofNullable(bySlot.getOrDefault(slot, Map.of()).get(register));
  }
}
