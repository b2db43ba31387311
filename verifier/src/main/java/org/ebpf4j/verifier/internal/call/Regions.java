package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.Slots;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Sections that kfuncs begin and end: of RCU, and without preemption.
final class Regions {
  private Regions() {}

  /// What a call does to the sections that the program is in.
  static void enterOrLeave(Walk walk, String name) {
    var held = walk.state().references;
    switch (name) {
      case "bpf_rcu_read_lock" -> {
        if (held.rcuLocks > 0 && !walk.rules().atLeast(6, 19)) {
          throw new Refusal(
              Reason.SECTION, -1, "nested rcu read lock (kernel function " + name + ")");
        }
        held.rcuLocks++;
      }
      case "bpf_rcu_read_unlock" -> {
        if (held.rcuLocks == 0) {
          throw new Refusal(
              Reason.SECTION, -1, "unmatched rcu read unlock (kernel function " + name + ")");
        }
        held.rcuLocks--;
        left(walk);
      }
      case "bpf_preempt_disable" -> held.preemptLocks++;
      case "bpf_preempt_enable" -> {
        if (held.preemptLocks == 0) {
          throw new Refusal(
              Reason.SECTION,
              -1,
              "unmatched attempt to enable preemption (kernel function " + name + ")");
        }
        held.preemptLocks--;
        left(walk);
      }
      default -> {}
    }
  }

  /// What RCU protected is not sure any longer.
  private static void left(Walk walk) {
    if (Trust.isUnderRcu(walk)) {
      return;
    }
    for (int f = 0; f <= walk.state().depth; f++) {
      var frame = walk.state().frame(f);
      for (int slot = 0; slot < frame.slots(); slot++) {
        var spill = frame.spills[slot];
        if (spill != null && frame.type(slot) == Slots.ITERATOR && spill.has(Reg.RCU)) {
          spill.flags = (spill.flags & ~Reg.RCU) | Reg.UNTRUSTED;
        }
      }
    }
    walk.state()
        .forEach(reg -> {
          if (reg.has(Reg.RCU) && reg.has(Reg.ALLOCATED)) {
            reg.markUnknown();
          } else if (reg.has(Reg.RCU)) {
            reg.flags = (reg.flags & ~(Reg.RCU | Reg.MAYBE_NULL)) | Reg.UNTRUSTED;
          }
        });
  }
}
