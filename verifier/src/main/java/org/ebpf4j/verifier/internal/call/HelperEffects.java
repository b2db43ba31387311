package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// What single helper functions ask for and do beyond what their signatures say.
///
/// @param name the name of the function without `bpf_`
record HelperEffects(Walk walk, HelperCalls call, String name) {
  private static final int MOST_ERRORS = 4095;

  /// What a function does beyond what its arguments say.
  void apply() {
    switch (name) {
      case "tail_call" -> {
        Held.checkNothingHeld(walk, "tail_call");
        if (walk.state().depth > 0) {
          throw new Refusal(Reason.GAVE_UP, -1, "tail calls in subprograms are not followed here");
        }
      }
      case "get_local_storage" -> {
        if (!walk.reg(2).isNull()) {
          throw new Refusal(Reason.CALL, 2, "get_local_storage() doesn't support non-zero flags");
        }
        walk.markPrecise(2);
      }
      case "dynptr_from_mem" -> {
        if (walk.rules().atLeast(6, 1) && walk.reg(1).kind != RegisterKind.MAP_VALUE) {
          throw new Refusal(
              Reason.CALL,
              1,
              "Unsupported reg type %s for bpf_dynptr_from_mem data"
                  .formatted(Arguments.text(walk.reg(1))));
        }
      }
      case "snprintf" -> format();
      case "set_retval" -> setResult();
      case "loop" -> new Callbacks(walk).loop();
      case "for_each_map_elem" -> new Callbacks(walk).each(call.requireMap(), call.mapUid());
      case "user_ringbuf_drain" -> new Callbacks(walk).record();
      case "find_vma" -> new Callbacks(walk).area();
      case "timer_set_callback" -> new Callbacks(walk).timer(call.requireMap(), call.mapUid());
      default -> {}
    }
  }

  /// The format of `bpf_snprintf` is known, and takes no more numbers than are handed.
  private void format() {
    var size = walk.reg(5);
    if (!size.isConstant()) {
      throw new Refusal(Reason.GAVE_UP, 5, "a number of values that is not known");
    }
    walk.markPrecise(5);
    if (size.constant() % Long.BYTES != 0
        || !Formats.takes(
            ConstantText.check(walk, 3), (int) (size.constant() / Long.BYTES), walk.rules())) {
      throw new Refusal(
          Reason.CALL, 3, "Invalid format string", "", "hand a value of 8 bytes for each %");
    }
  }

  private void setResult() {
    var reg = walk.reg(1);
    if (!reg.isScalar()) {
      throw new Refusal(Reason.CALL, 1, "R1 is not a scalar");
    }
    if (walk.program().type() == ProgramType.CGROUP_SOCKOPT
        && walk.program().attachType().filter(a -> a == AttachType.CGROUP_GETSOCKOPT).isPresent()) {
      return;
    }
    boolean hook = walk.program().type() == ProgramType.LSM;
    if (hook && walk.context().result().filter(r -> r.min() == r.max()).isPresent()) {
      throw new Refusal(
          Reason.CALL,
          1,
          "BPF_LSM_CGROUP that attach to void LSM hooks can't modify return value!");
    }
    // 6.18 takes any number, 7.3 error numbers alone.
    if (!walk.rules().atLeast(7, 0)) {
      return;
    }
    walk.markPrecise(1);
    boolean truth = hook && walk.context().isTruth();
    int min = truth ? 0 : -MOST_ERRORS;
    int max = truth ? 1 : 0;
    if (reg.s32min < min || reg.s32max > max) {
      throw new Refusal(
          Reason.RETURN,
          1,
          "At bpf_set_retval the register R1 should have been in [%d, %d]".formatted(min, max));
    }
  }
}
