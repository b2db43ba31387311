package org.ebpf4j.verifier.internal.engine;

import java.util.Arrays;
import org.ebpf4j.verifier.internal.scalar.Extensions;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.History;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.Slots;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Loads from the stack and stores to it: what was stored of registers is kept, bytes of other
/// stores are known as zero or as something.
final class StackCheck {
  private final Walk walk;
  private final StackBounds bounds;
  private final boolean readsUnset;
  private final Reg constant = new Reg();

  StackCheck(Walk walk, StackBounds bounds) {
    this.walk = walk;
    this.bounds = bounds;
    readsUnset = walk.readsUnsetStack();
  }

  /// A store.
  ///
  /// @param pointer the number of the register that points to the stack
  /// @param offset the fixed part of its offset, with that of the instruction
  /// @param value the register that is stored, or −1
  /// @param immediate the number that is stored, where no register is; null where nobody knows it
  void write(
      int pointer,
      int offset,
      int size,
      int value,
      @org.jspecify.annotations.Nullable Long immediate) {
    bounds.check(pointer, offset, size, StackBounds.Use.WRITE);
    var to = walk.reg(pointer);
    var frame = walk.state().frame(to.frame);
    if (to.isConstant()) {
      writeFixed(frame, offset + (int) to.constant(), size, value, immediate);
    } else {
      writeVariable(frame, (int) to.smin + offset, (int) to.smax + offset + size, value, immediate);
    }
  }

  private void writeFixed(
      Frame frame,
      int offset,
      int size,
      int value,
      @org.jspecify.annotations.Nullable Long immediate) {
    int first = -offset - 1;
    int slot = first / Slots.BYTES;
    walk.overwrite(frame, slot);
    walk.wroteSlot(frame, slot, size == Slots.BYTES);
    var reg = value < 0 ? null : walk.reg(value);
    boolean aligned = offset % Slots.BYTES == 0;
    if (reg != null && aligned && reg.isScalar()) {
      boolean fits = width(reg) <= Byte.SIZE * size;
      if (fits) {
        walk.link(reg);
      }
      save(frame, slot, reg, size);
      if (!fits) {
        frame.requireSpill(slot).unlink();
      }
    } else if (immediate != null && aligned) {
      constant.markKnown(immediate);
      save(frame, slot, constant, size);
    } else if (reg != null && reg.isPointer()) {
      if (size != Slots.BYTES) {
        throw new Refusal(Reason.PERMISSION, value, "invalid size of register spill");
      }
      if (frame != walk.state().current() && reg.kind == RegisterKind.STACK) {
        throw new Refusal(
            Reason.PERMISSION,
            value,
            "cannot spill pointers to stack into stack frame of the caller");
      }
      save(frame, slot, reg, size);
    } else {
      scrub(frame, slot);
      byte type = Slots.MISC;
      if (reg != null && reg.isNull()) {
        walk.markPrecise(value);
        type = Slots.ZERO;
      } else if (immediate != null && immediate == 0) {
        type = Slots.ZERO;
      }
      for (int i = 0; i < size; i++) {
        frame.types[first - i] = type;
      }
      return;
    }
    walk.note(History.stackAccess(frame.number, slot));
  }

  /// How many low bits of a number may be set.
  private static int width(Reg reg) {
    return Long.SIZE - Long.numberOfLeadingZeros(reg.umax);
  }

  private void save(Frame frame, int slot, Reg reg, int size) {
    frame.spill(slot).set(reg);
    int base = slot * Slots.BYTES;
    for (int i = 0; i < Slots.BYTES; i++) {
      byte type = frame.types[base + i];
      // Low addresses have the high indices.
      if (i >= Slots.BYTES - size) {
        frame.types[base + i] = Slots.SPILL;
      } else if (type != Slots.ZERO && !(readsUnset && type == Slots.INVALID)) {
        frame.types[base + i] = Slots.MISC;
      }
    }
  }

  /// What was stored of a register, or a special object, is only bytes from now on.
  static void scrub(Frame frame, int slot) {
    int base = slot * Slots.BYTES;
    if (frame.types[base + Slots.BYTES - 1] == Slots.SPILL || isSpecial(frame.type(slot))) {
      for (int i = base; i < base + Slots.BYTES; i++) {
        if (frame.types[i] != Slots.INVALID) {
          frame.types[i] = Slots.MISC;
        }
      }
    }
  }

  private static boolean isSpecial(byte type) {
    return type == Slots.DYNPTR || type == Slots.ITERATOR || type == Slots.IRQ_FLAG;
  }

  private void writeVariable(
      Frame frame, int min, int end, int value, @org.jspecify.annotations.Nullable Long immediate) {
    boolean zero = value >= 0 ? walk.reg(value).isNull() : immediate != null && immediate == 0;
    boolean used = false;
    for (int offset = min; offset < end; offset++) {
      walk.overwrite(frame, (-offset - 1) / Slots.BYTES);
    }
    for (int offset = min; offset < end; offset++) {
      int at = -offset - 1;
      int slot = at / Slots.BYTES;
      if (zero
          && frame.types[at] == Slots.SPILL
          && frame.isScalarSpill(slot)
          && frame.requireSpill(slot).isNull()) {
        used = true;
        continue;
      }
      boolean stays = zero && frame.types[at] == Slots.ZERO;
      scrub(frame, slot);
      used |= stays;
      frame.types[at] = stays ? Slots.ZERO : Slots.MISC;
    }
    if (used && value >= 0) {
      walk.markPrecise(value);
    }
  }

  /// A load.
  ///
  /// @param target the register that is loaded, or −1
  void read(int pointer, int offset, int size, int target) {
    bounds.check(pointer, offset, size, StackBounds.Use.READ);
    var from = walk.reg(pointer);
    var frame = walk.state().frame(from.frame);
    if (!from.isConstant()) {
      if (target < 0) {
        throw new Refusal(
            Reason.BOUNDS,
            pointer,
            "variable offset stack pointer cannot be passed into helper function");
      }
      int min = (int) from.smin + offset;
      int end = (int) from.smax + offset + size;
      bounds.requireInitialized(pointer, offset, size, false, false);
      readBytes(frame, min, end, target);
    } else {
      readFixed(frame, offset + (int) from.constant(), size, target);
    }
  }

  private void readFixed(Frame frame, int offset, int size, int target) {
    int first = -offset - 1;
    int slot = first / Slots.BYTES;
    walk.readSlot(frame, slot);
    if (!frame.isSpill(slot)) {
      requireBytes(frame, offset, size);
      if (target >= 0) {
        readBytes(frame, offset, offset + size, target);
      }
      return;
    }
    var spill = frame.requireSpill(slot);
    int stored = storedBytes(frame, slot);
    if (size == Slots.BYTES && stored == Slots.BYTES) {
      if (target >= 0) {
        walk.reg(target).set(spill);
      }
      walk.note(History.stackAccess(frame.number, slot));
      return;
    }
    if (!spill.isScalar()) {
      throw new Refusal(Reason.PERMISSION, -1, "invalid size of register fill");
    }
    if (target < 0) {
      return;
    }
    var reg = walk.reg(target);
    if (size <= stored && offset % Slots.BYTES == 0) {
      boolean cut = width(spill) > size * Byte.SIZE;
      reg.set(spill);
      if (cut) {
        reg.unlink();
      }
      walk.note(History.stackAccess(frame.number, slot));
    } else {
      readPart(frame, slot, offset, size, target, spill);
    }
  }

  private static int storedBytes(Frame frame, int slot) {
    int base = slot * Slots.BYTES;
    int count = 1;
    while (count < Slots.BYTES && frame.types[base + Slots.BYTES - 1 - count] == Slots.SPILL) {
      count++;
    }
    return count;
  }

  private void readPart(Frame frame, int slot, int offset, int size, int target, Reg spill) {
    int spilled = 0;
    int zeroes = 0;
    for (int i = 0; i < size; i++) {
      byte type = frame.types[-offset - 1 - i];
      spilled += type == Slots.SPILL ? 1 : 0;
      zeroes += type == Slots.ZERO ? 1 : 0;
      if (type != Slots.SPILL
          && type != Slots.ZERO
          && type != Slots.MISC
          && !(type == Slots.INVALID && readsUnset)) {
        throw unset(offset, i, size);
      }
    }
    var reg = walk.reg(target);
    if (spilled == size && spill.isNull()) {
      markZero(reg);
      walk.note(History.stackAccess(frame.number, slot));
    } else if (zeroes == size) {
      markZero(reg);
    } else {
      reg.markUnknown();
    }
  }

  private static void markZero(Reg reg) {
    reg.markKnown(0);
    // Bytes cannot be followed back to what was stored in them.
    reg.precise = true;
  }

  private void requireBytes(Frame frame, int offset, int size) {
    for (int i = 0; i < size; i++) {
      byte type = frame.types[-offset - 1 - i];
      if (type != Slots.MISC && type != Slots.ZERO && !(type == Slots.INVALID && readsUnset)) {
        throw unset(offset, i, size);
      }
    }
  }

  private static Refusal unset(int offset, int at, int size) {
    return new Refusal(
        Reason.UNINITIALIZED,
        -1,
        "invalid read from stack off " + offset + "+" + at + " size " + size,
        "a store to all bytes of the stack that are read",
        "initialize the variable on every path, with its padding");
  }

  /// What a load of bytes gives that are no register: zero, or a number nobody knows.
  private void readBytes(Frame frame, int min, int end, int target) {
    boolean zero = true;
    for (int offset = min; offset < end && zero; offset++) {
      zero = frame.types[-offset - 1] == Slots.ZERO;
    }
    if (zero) {
      markZero(walk.reg(target));
    } else {
      walk.reg(target).markUnknown();
    }
  }

  /// Cuts what was loaded to so many bytes.
  static void cut(Reg reg, int size, boolean signed) {
    if (!reg.isScalar() || size >= Slots.BYTES) {
      return;
    }
    if (signed) {
      Extensions.signExtend(reg, size);
      reg.unlink();
    } else {
      Extensions.cut(reg, size);
    }
  }

  /// The bytes of a slot hold nothing from now on.
  static void clear(Frame frame, int slot) {
    Arrays.fill(frame.types, slot * Slots.BYTES, (slot + 1) * Slots.BYTES, Slots.INVALID);
    var spill = frame.spills[slot];
    if (spill != null) {
      spill.markUnset();
    }
  }
}
