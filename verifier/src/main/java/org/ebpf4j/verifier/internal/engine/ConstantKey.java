package org.ebpf4j.verifier.internal.engine;

import java.util.OptionalLong;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.Slots;

/// A key on the stack that is one number.
final class ConstantKey {
  private ConstantKey() {}

  static OptionalLong find(Walk walk, Reg pointer, int size) {
    if (pointer.kind != RegisterKind.STACK || !pointer.isConstant()) {
      return OptionalLong.empty();
    }
    var frame = walk.state().frame(pointer.frame);
    int first = -(pointer.off + (int) pointer.constant()) - 1;
    int slot = first / Slots.BYTES;
    if (first < 0 || slot >= frame.slots()) {
      return OptionalLong.empty();
    }
    if (count(frame.types, first, slot, Slots.ZERO) >= size) {
      return OptionalLong.of(0);
    }
    if (!frame.isScalarSpill(slot) || count(frame.types, first, slot, Slots.SPILL) != size) {
      return OptionalLong.empty();
    }
    var spill = frame.requireSpill(slot);
    if (!spill.isConstant()) {
      return OptionalLong.empty();
    }
    walk.markPreciseSlot(frame.number, slot);
    return spill.constant() < 0 ? OptionalLong.empty() : OptionalLong.of(spill.constant());
  }

  /// How many bytes of a slot hold something of a kind, upwards from an address.
  private static int count(byte[] types, int first, int slot, byte kind) {
    int count = 0;
    for (int i = first; i >= slot * Slots.BYTES && types[i] == kind; i--) {
      count++;
    }
    return count;
  }
}
