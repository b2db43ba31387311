package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Sections of a program in which it may not sleep, or call other functions.
final class Sections {
  private Sections() {}

  /// A call of a helper where the program is.
  static void checkHelper(Walk walk, HelperFunction helper) {
    var held = walk.state().references;
    if (held.activeLocks > 0
        && !helper.name().equals("bpf_spin_unlock")
        && !helper.name().equals("bpf_kptr_xchg")) {
      throw new Refusal(
          Reason.SECTION,
          -1,
          "function calls are not allowed while holding a lock",
          "",
          "call it before bpf_spin_lock or after bpf_spin_unlock");
    }
    if ((helper.sleeps() || isSleepableForm(walk, helper)) && !maySleep(walk)) {
      throw new Refusal(
          Reason.SECTION,
          -1,
          "sleepable helper %s#%d in %s".formatted(helper.name(), helper.id(), where(walk)),
          "",
          "mark the section of the program as sleepable, such as fentry.s");
    }
  }

  /// Programs that may sleep are given forms of these that do.
  private static boolean isSleepableForm(Walk walk, HelperFunction helper) {
    return walk.rules().atLeast(6, 12)
        && walk.state().inSleepable
        && (helper.name().equals("bpf_get_stack") || helper.name().equals("bpf_get_task_stack"));
  }

  /// Whether the program may sleep where it is.
  static boolean maySleep(Walk walk) {
    return walk.state().maySleep();
  }

  /// The section that the program is in, in the words of the kernel.
  static String where(Walk walk) {
    var held = walk.state().references;
    if (held.rcuLocks > 0) {
      return "rcu_read_lock region";
    }
    if (held.preemptLocks > 0) {
      return "non-preemptible region";
    }
    if (held.activeIrqId != 0) {
      return "IRQ-disabled region";
    }
    return held.activeLocks > 0 ? "lock region" : "non-sleepable prog";
  }
}
