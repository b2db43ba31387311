package org.ebpf4j.verifier.internal.state;

import java.util.ArrayList;
import java.util.List;

/// What a program holds: references that it has to give back, locks, and the sections it is in.
public final class References {
  /// What is held.
  public enum Kind {
    /// A reference to an object.
    POINTER,
    /// A `bpf_spin_lock`.
    LOCK,
    /// A resilient spin lock.
    RES_LOCK,
    /// A resilient spin lock, with interrupts switched off.
    RES_LOCK_IRQ,
    /// Interrupts are switched off.
    IRQ
  }

  /// Something that is held.
  ///
  /// @param kind what
  /// @param id its number
  /// @param instruction the call that it came from
  /// @param pointer of a lock, what tells the object apart that it is in
  public record Held(Kind kind, int id, int instruction, Object pointer) {}

  public final List<Held> held;
  public int rcuLocks;
  public int preemptLocks;
  public int activeLocks;
  public int activeIrqId;

  public References() {
    held = new ArrayList<>(0);
  }

  public References(References other) {
    held = new ArrayList<>(other.held);
    rcuLocks = other.rcuLocks;
    preemptLocks = other.preemptLocks;
    activeLocks = other.activeLocks;
    activeIrqId = other.activeIrqId;
  }

  /// Whether a reference is held.
  public boolean holds(int id) {
    for (var one : held) {
      if (one.kind() == Kind.POINTER && one.id() == id) {
        return true;
      }
    }
    return false;
  }

  /// Takes a reference away; false where none of that number is held.
  public boolean release(int id) {
    return held.removeIf(one -> one.kind() == Kind.POINTER && one.id() == id);
  }
}
