package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.State;

/// What a comparison of a pointer with null says of all copies of it.
final class Nulls {
  private static final int ARRAY_OF_MAPS = 12;
  private static final int HASH_OF_MAPS = 13;
  private static final int XSKMAP = 17;
  private static final int SOCKMAP = 15;
  private static final int SOCKHASH = 18;

  private Nulls() {}

  /// In a state, a register and its copies are null, or are not.
  static void decide(State state, int register, boolean isNull) {
    var reg = state.current().regs[register];
    int id = reg.id;
    if (isNull && reg.referenceId != 0 && reg.referenceId == id) {
      state.references.release(id);
    }
    state.forEach(one -> decide(one, id, isNull));
  }

  private static void decide(Reg reg, int id, boolean isNull) {
    if (!reg.mayBeNull() || reg.id != id) {
      return;
    }
    if (isNull) {
      reg.markKnown(0);
      return;
    }
    markNotNull(reg);
    if (!mayHoldLock(reg)) {
      reg.id = 0;
    }
  }

  /// Whether the id is still needed, to tell apart which lock is held.
  private static boolean mayHoldLock(Reg reg) {
    return reg.has(Reg.ALLOCATED) || (reg.kind == RegisterKind.MAP_VALUE && reg.holdsLock);
  }

  /// A register is not null. A value of some maps is then another kind of pointer.
  static void markNotNull(Reg reg) {
    reg.flags &= ~Reg.MAYBE_NULL;
    var map = reg.map;
    if (reg.kind != RegisterKind.MAP_VALUE || map == null) {
      return;
    }
    switch (map.type()) {
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> {
        reg.kind = RegisterKind.MAP;
        reg.map =
            map.inner().orElseThrow(() -> new IllegalStateException("no inner map is described"));
      }
      case XSKMAP -> reg.kind = RegisterKind.XDP_SOCKET;
      case SOCKMAP, SOCKHASH -> reg.kind = RegisterKind.SOCKET;
      default -> {}
    }
  }
}
