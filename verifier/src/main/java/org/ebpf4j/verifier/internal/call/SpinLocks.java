package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.rule.SpecialField;
import org.ebpf4j.verifier.internal.state.References;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// `bpf_spin_lock` and `bpf_spin_unlock` (`process_spin_lock` in `kernel/bpf/verifier.c`).
final class SpinLocks {
  private SpinLocks() {}

  static void call(Walk walk, int register, boolean lock) {
    checkProgram(walk);
    var reg = walk.reg(register);
    if (!reg.isConstant()) {
      throw new Refusal(
          Reason.SECTION,
          register,
          "R%d doesn't have constant offset. bpf_spin_lock has to be at the constant offset"
              .formatted(register));
    }
    if (reg.kind != RegisterKind.MAP_VALUE) {
      throw new Refusal(
          Reason.GAVE_UP, register, "locks in objects of programs are not followed here");
    }
    var map = reg.requireMap();
    if (walk.program().types().isEmpty() || map.valueType() == 0) {
      throw new Refusal(
          Reason.SECTION,
          register,
          "map '%s' has to have BTF in order to use bpf_spin_lock".formatted(map.name()));
    }
    var fields =
        walk.specialFields(map).stream()
            .filter(f -> f.kind() == SpecialField.Kind.SPIN_LOCK)
            .toList();
    if (fields.size() != 1) {
      throw new Refusal(
          Reason.SECTION, register, "map '%s' has no valid bpf_spin_lock".formatted(map.name()));
    }
    long at = reg.off + reg.constant();
    if (fields.getFirst().offset() != at) {
      throw new Refusal(
          Reason.SECTION,
          register,
          "off %d doesn't point to 'struct bpf_spin_lock' that is at %d"
              .formatted(at, fields.getFirst().offset()));
    }
    if (reg.id == 0 && map.maxEntries() != 1) {
      throw new Refusal(
          Reason.GAVE_UP, register, "which value of the map is locked is not known here");
    }
    var held = walk.state().references;
    if (lock) {
      if (held.activeLocks > 0) {
        throw new Refusal(Reason.SECTION, register, "Locking two bpf_spin_locks are not allowed");
      }
      held.held.add(new References.Held(References.Kind.LOCK, reg.id, walk.at(), map.name()));
      held.activeLocks++;
      return;
    }
    if (held.activeLocks == 0) {
      throw new Refusal(Reason.SECTION, register, "bpf_spin_unlock without taking a lock");
    }
    var id = reg.id;
    if (!held.held.removeIf(
        one ->
            one.kind() == References.Kind.LOCK
                && one.id() == id
                && one.pointer().equals(map.name()))) {
      throw new Refusal(Reason.SECTION, register, "bpf_spin_unlock of different lock");
    }
    held.activeLocks--;
    Held.forgetNonOwning(walk);
  }

  private static void checkProgram(Walk walk) {
    var type = walk.program().type();
    if (type == ProgramType.SOCKET_FILTER) {
      throw new Refusal(Reason.SECTION, -1, "socket filter progs cannot use bpf_spin_lock yet");
    }
    var tracing =
        switch (type) {
          case KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> true;
          case TRACING ->
              walk.program().attachType().filter(a -> a == AttachType.TRACE_ITER).isEmpty()
                  && !walk.rules().atLeast(6, 1);
          default -> false;
        };
    if (tracing) {
      throw new Refusal(Reason.SECTION, -1, "tracing progs cannot use bpf_spin_lock yet");
    }
  }
}
