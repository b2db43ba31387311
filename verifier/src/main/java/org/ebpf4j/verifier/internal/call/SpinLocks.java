package org.ebpf4j.verifier.internal.call;

import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.rule.SpecialField;
import org.ebpf4j.verifier.internal.state.References;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// `bpf_spin_lock` and `bpf_spin_unlock` (`process_spin_lock` in `kernel/bpf/verifier.c`).
final class SpinLocks {
  private SpinLocks() {}

  static void call(Walk walk, int register, boolean lock) {
    checkProgram(walk);
    if (Graphs.isComparing(walk)) {
      throw new Refusal(Reason.SECTION, register, "can't spin_{lock,unlock} in rbtree cb");
    }
    var reg = walk.reg(register);
    if (!reg.isConstant()) {
      throw new Refusal(
          Reason.SECTION,
          register,
          "R%d doesn't have constant offset. bpf_spin_lock has to be at the constant offset"
              .formatted(register));
    }
    checkPlace(walk, register);
    var held = walk.state().references;
    if (lock) {
      if (held.activeLocks > 0) {
        throw new Refusal(Reason.SECTION, register, "Locking two bpf_spin_locks are not allowed");
      }
      held.held.add(new References.Held(References.Kind.LOCK, reg.id, walk.at(), pointer(reg)));
      held.activeLocks++;
      return;
    }
    if (held.activeLocks == 0) {
      throw new Refusal(Reason.SECTION, register, "bpf_spin_unlock without taking a lock");
    }
    var id = reg.id;
    var pointer = pointer(reg);
    if (!held.held.removeIf(
        one ->
            one.kind() == References.Kind.LOCK
                && one.id() == id
                && one.pointer().equals(pointer))) {
      throw new Refusal(Reason.SECTION, register, "bpf_spin_unlock of different lock");
    }
    held.activeLocks--;
    Held.forgetNonOwning(walk);
  }

  /// What a lock is in, beside the id of the pointer to it.
  static Object pointer(Reg reg) {
    if (reg.kind == RegisterKind.MAP_VALUE) {
      return reg.requireMap().name();
    }
    var types = reg.btf;
    if (types == null) {
      throw new Refusal(Reason.GAVE_UP, -1, "the type of the object is not known");
    }
    return types;
  }

  /// A register points to the lock of a value or of an object that the program owns.
  private static void checkPlace(Walk walk, int register) {
    var reg = walk.reg(register);
    List<SpecialField> all;
    String name;
    if (reg.kind == RegisterKind.MAP_VALUE) {
      var map = reg.requireMap();
      if (walk.program().types().isEmpty() || map.valueType() == 0) {
        throw new Refusal(
            Reason.SECTION,
            register,
            "map '%s' has to have BTF in order to use bpf_spin_lock".formatted(map.name()));
      }
      if (reg.id == 0 && map.maxEntries() != 1) {
        throw new Refusal(
            Reason.GAVE_UP, register, "which value of the map is locked is not known here");
      }
      all = walk.specialFields(map);
      name = "map '" + map.name() + "'";
    } else {
      OwnObjects.requireOwned(walk, register);
      var types = reg.btf;
      all = types == null ? List.of() : walk.specialFields(types, reg.btfType);
      name = "local 'kptr'";
    }
    var fields = all.stream().filter(f -> f.kind() == SpecialField.Kind.SPIN_LOCK).toList();
    if (fields.size() != 1) {
      throw new Refusal(Reason.SECTION, register, name + " has no valid bpf_spin_lock");
    }
    long at = reg.off + reg.constant();
    if (fields.getFirst().offset() != at) {
      throw new Refusal(
          Reason.SECTION,
          register,
          "off %d doesn't point to 'struct bpf_spin_lock' that is at %d"
              .formatted(at, fields.getFirst().offset()));
    }
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
