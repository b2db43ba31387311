package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.HelperSignature.Argument;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// How far pointers that a helper is given may be from what they point to (`check_func_arg_reg_off`
/// in `kernel/bpf/verifier.c`).
final class HelperOffsets {
  private HelperOffsets() {}

  /// Pointers to objects are handed as they came.
  static void check(Walk walk, int register, Argument argument) {
    var reg = walk.reg(register);
    if (argument.releases() && !HelperCalls.isDynptr(argument) && reg.off != 0) {
      throw new Refusal(
          Reason.POINTER_ARITHMETIC,
          register,
          "R%d must have zero offset when passed to release func".formatted(register));
    }
    if (reg.kind == RegisterKind.CONTEXT && walk.program().type() != ProgramType.SYSCALL) {
      Contexts.checkUnmoved(register, reg);
    }
    switch (argument.kind()) {
      case RINGBUF_RECORD, SOCKET, SOCKET_COMMON, CONTEXT -> {
        if (reg.off != 0 || !reg.isConstant() || reg.constant() != 0) {
          throw new Refusal(
              Reason.POINTER_ARITHMETIC,
              register,
              reg.isConstant()
                  ? "dereference of modified %s ptr R%d off=%d disallowed"
                      .formatted(Arguments.text(reg), register, reg.off)
                  : "variable %s access var_off disallowed".formatted(Arguments.text(reg)));
        }
      }
      case BTF_OBJECT, BTF_SOCKET_COMMON, PERCPU_OBJECT -> {
        if (reg.off < 0 || !reg.isConstant()) {
          throw new Refusal(
              Reason.POINTER_ARITHMETIC,
              register,
              "negative offset or variable access of %s ptr R%d is disallowed"
                  .formatted(Arguments.text(reg), register));
        }
        if (argument.releases() && reg.off != 0) {
          throw new Refusal(
              Reason.POINTER_ARITHMETIC,
              register,
              "R%d must have zero offset when passed to release func".formatted(register));
        }
      }
      case ANYTHING,
          SCALAR,
          MAP,
          MAP_KEY,
          MAP_VALUE,
          MEMORY,
          SIZE,
          SIZE_OR_ZERO,
          ALLOCATION_SIZE,
          SPIN_LOCK,
          FUNCTION,
          STACK,
          CONSTANT_STRING,
          TIMER,
          KPTR_DESTINATION,
          DYNPTR,
          LOCAL_DYNPTR,
          RINGBUF_DYNPTR -> {}
    }
  }
}
