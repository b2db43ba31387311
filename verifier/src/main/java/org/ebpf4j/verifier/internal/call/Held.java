package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.References;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.result.Finding.Reason;

/// References that calls give and take.
final class Held {
  private Held() {}

  /// Notes a new reference; its number.
  static int acquire(Walk walk) {
    int id = walk.newId();
    walk.state()
        .references
        .held
        .add(new References.Held(References.Kind.POINTER, id, walk.at(), ""));
    return id;
  }

  /// Forgets references that do not own their object, at the end of the section of a lock.
  static void forgetNonOwning(Walk walk) {
    walk.state()
        .forEach(reg -> {
          if (reg.has(Reg.NON_OWNING)) {
            reg.markUnknown();
          }
        });
  }

  /// Before the program ends or leaves for another one.
  ///
  /// @param what the call, as the kernel names it
  static void checkNothingHeld(Walk walk, String what) {
    var all = walk.state().references;
    if (all.activeLocks > 0) {
      throw new Refusal(
          Reason.SECTION, -1, what + " cannot be used inside bpf_spin_lock-ed region");
    }
    for (var one : all.held) {
      if (one.kind() == References.Kind.POINTER) {
        throw new Refusal(
            Reason.REFERENCE,
            -1,
            what + " would lead to reference leak",
            "a release of what instruction " + one.instruction() + " acquired",
            "release it on every path before");
      }
    }
    if (all.activeIrqId != 0) {
      throw new Refusal(
          Reason.SECTION, -1, what + " cannot be used inside bpf_local_irq_save-ed region");
    }
    if (all.rcuLocks > 0) {
      throw new Refusal(
          Reason.SECTION, -1, what + " cannot be used inside bpf_rcu_read_lock-ed region");
    }
    if (all.preemptLocks > 0) {
      throw new Refusal(
          Reason.SECTION, -1, what + " cannot be used inside bpf_preempt_disable-ed region");
    }
  }
}
