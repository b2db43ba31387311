package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Contexts that programs hand to functions.
final class Contexts {
  private Contexts() {}

  /// It is handed as it came.
  static void checkUnmoved(int register, Reg reg) {
    if (!reg.isConstant()) {
      throw new Refusal(
          Reason.POINTER_ARITHMETIC,
          register,
          "variable ctx access var_off=(0x%x; 0x%x) disallowed"
              .formatted(reg.bits.value(), reg.bits.mask()));
    }
    long at = reg.off + reg.constant();
    if (at < 0) {
      throw new Refusal(
          Reason.POINTER_ARITHMETIC,
          register,
          "negative offset ctx ptr R%d off=%d disallowed".formatted(register, at));
    }
    if (at != 0) {
      throw new Refusal(
          Reason.POINTER_ARITHMETIC,
          register,
          "dereference of modified ctx ptr R%d off=%d disallowed".formatted(register, at));
    }
  }
}
