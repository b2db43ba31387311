package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// What has to be true where a program ends: nothing is held, and the result is one that it may
/// return.
final class ExitCheck {
  private final Walk walk;

  ExitCheck(Walk walk) {
    this.walk = walk;
  }

  /// Nothing may be held at the end of the program, and of a callback nothing more than at its
  /// beginning.
  ///
  /// @param exception whether an exception ends it
  void held(boolean exception) {
    var state = walk.state();
    var references = state.references;
    boolean end = exception || state.depth == 0;
    if (!end && !state.current().inCallback) {
      return;
    }
    if (end && references.activeLocks > 0) {
      throw section(exception, "bpf_spin_unlock is missing", "bpf_spin_lock");
    }
    if (end && references.activeIrqId != 0) {
      throw section(exception, "bpf_local_irq_restore is missing", "bpf_local_irq_save");
    }
    if (end && references.rcuLocks > 0) {
      throw section(exception, "bpf_rcu_read_unlock is missing", "bpf_rcu_read_lock");
    }
    if (end && references.preemptLocks > 0) {
      throw section(
          exception,
          references.preemptLocks
              + " bpf_preempt_enable"
              + (references.preemptLocks == 1 ? " is" : "(s) are")
              + " missing",
          "bpf_preempt_disable");
    }
    if (!end || (state.current().inCallback && state.depth > 0)) {
      return;
    }
    noReferences("");
  }

  /// Nothing may be held where a load from a packet may end the program.
  void heldAtImplicitExit() {
    noReferences(
        walk.rules().atLeast(6, 13) ? "\nBPF_LD_[ABS|IND] would lead to reference leak" : "");
  }

  /// @param more what the kernel says besides
  private void noReferences(String more) {
    for (var held : walk.state().references.held) {
      if (held.kind() == org.ebpf4j.verifier.internal.state.References.Kind.POINTER) {
        throw new Refusal(
            Reason.REFERENCE,
            -1,
            "Unreleased reference id=" + held.id() + " alloc_insn=" + held.instruction() + more,
            "a call that gives the reference back on this path",
            "release the object on every path to the end of the program");
      }
    }
  }

  private static Refusal section(boolean exception, String missing, String region) {
    return new Refusal(
        Reason.SECTION,
        -1,
        exception ? "bpf_throw cannot be used inside " + region + "-ed region" : missing,
        "the end of the section on this path",
        "leave the section on every path");
  }

  /// The result of the program, or of a function that is checked by itself.
  void result(int register) {
    var frame = walk.state().frame(0);
    boolean subprogram = frame.subprogram != 0 && !frame.inExceptionCallback;
    if (!subprogram && !frame.inAsyncCallback && walk.context().returnsNothing()) {
      return;
    }
    walk.requireSet(register);
    var reg = walk.reg(register);
    if (frame.inAsyncCallback) {
      inRange("At async callback return", register, reg, frame.returnMin, frame.returnMax, false);
      return;
    }
    if (subprogram) {
      if (!reg.isScalar()) {
        throw new Refusal(
            Reason.RETURN,
            register,
            "At subprogram exit the register R"
                + register
                + " is not a scalar value ("
                + RegisterText.kind(reg)
                + ")");
      }
      return;
    }
    var range = walk.context().result();
    if (range.isPresent()) {
      inRange(
          "At program exit",
          register,
          reg,
          range.get().min(),
          range.get().max(),
          range.get().narrow());
    }
  }

  private void inRange(String where, int number, Reg reg, int min, int max, boolean narrow) {
    if (reg.kind != RegisterKind.SCALAR) {
      throw new Refusal(
          Reason.RETURN,
          number,
          where
              + " the register R"
              + number
              + " is not a known value ("
              + RegisterText.kind(reg)
              + ")");
    }
    walk.markPrecise(number);
    boolean within =
        narrow ? min <= reg.s32min && reg.s32max <= max : min <= reg.smin && reg.smax <= max;
    if (!within) {
      throw outside(where, number, reg, min, max);
    }
  }

  static Refusal outside(String where, int number, Reg reg, int min, int max) {
    var text = new StringBuilder(where).append(" the register R").append(number);
    boolean unknown = reg.smin == Long.MIN_VALUE && reg.smax == Long.MAX_VALUE;
    text.append(unknown ? " has unknown scalar value" : " has");
    if (reg.smin > Long.MIN_VALUE) {
      text.append(" smin=").append(reg.smin);
    }
    if (reg.smax < Long.MAX_VALUE) {
      text.append(" smax=").append(reg.smax);
    }
    text.append(" should have been in [").append(min).append(", ").append(max).append("]");
    return new Refusal(
        Reason.RETURN,
        number,
        text.toString(),
        "a result that is allowed, on this path",
        "return one of the values that this hook knows, and nothing else");
  }
}
