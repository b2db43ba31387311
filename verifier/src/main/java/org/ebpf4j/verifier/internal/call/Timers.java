package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.attach.AttachType;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.rule.SpecialField;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Timers and work queues in values of maps (`process_timer_func` and `check_map_field_pointer` in
/// `kernel/bpf/verifier.c`).
final class Timers {
  private Timers() {}

  /// A register points to a field of a kind in the value of a map.
  static void check(Walk walk, int register, SpecialField.Kind kind) {
    var reg = walk.reg(register);
    var name = kind.label();
    if (!reg.isConstant()) {
      throw new Refusal(
          Reason.CALL,
          register,
          "R%d doesn't have constant offset. %s has to be at the constant offset"
              .formatted(register, name));
    }
    var map = reg.requireMap();
    if (walk.program().types().isEmpty() || map.valueType() == 0) {
      throw new Refusal(
          Reason.CALL,
          register,
          "map '%s' has to have BTF in order to use %s".formatted(map.name(), name));
    }
    var fields = walk.specialFields(map).stream().filter(f -> f.kind() == kind).toList();
    if (fields.size() != 1) {
      throw new Refusal(
          Reason.CALL, register, "map '%s' has no valid %s".formatted(map.name(), name));
    }
    long at = reg.off + reg.constant();
    if (fields.getFirst().offset() != at) {
      throw new Refusal(
          Reason.CALL,
          register,
          "off %d doesn't point to 'struct %s' that is at %d"
              .formatted(at, name, fields.getFirst().offset()));
    }
    if (kind != SpecialField.Kind.TASK_WORK) {
      checkProgram(walk, name);
    }
  }

  private static void checkProgram(Walk walk, String name) {
    if (walk.rules().atLeast(7, 3)) {
      return;
    }
    var tracing =
        switch (walk.program().type()) {
          case KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> true;
          default -> false;
        };
    if (tracing) {
      throw new Refusal(Reason.CALL, -1, "tracing progs cannot use " + name + " yet");
    }
    if (walk.program().attachType().filter(a -> a == AttachType.TRACE_ITER).isPresent()
        && !walk.rules().atLeast(6, 1)) {
      throw new Refusal(Reason.CALL, -1, "tracing progs cannot use " + name + " yet");
    }
  }
}
