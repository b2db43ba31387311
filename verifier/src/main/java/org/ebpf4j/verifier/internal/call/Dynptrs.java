package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.References;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.Slots;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Dynptrs: two slots of the stack that the kernel fills, or what it gives a callback
/// (`process_dynptr_func` in `kernel/bpf/verifier.c`). What is on the stack has a number in
/// [Reg#referenceId], which memory that it gave carries, too.
final class Dynptrs {
  /// Memory of the program.
  static final int LOCAL = 1;

  /// A record of a ring buffer.
  static final int RINGBUF = 2;

  /// A packet as a socket buffer.
  static final int SOCKET_BUFFER = 3;

  /// A packet of XDP.
  static final int XDP = 4;

  private static final int SLOTS = 2;

  private final Walk walk;

  Dynptrs(Walk walk) {
    this.walk = walk;
  }

  private int slot(int register) {
    var reg = walk.reg(register);
    if (!reg.isConstant()) {
      throw new Refusal(Reason.CALL, register, "dynptr has to be at a constant offset");
    }
    long at = reg.off + reg.constant();
    if (at % Slots.BYTES != 0 || at > -SLOTS * Slots.BYTES || at < -walk.rules().stackBytes()) {
      throw new Refusal(Reason.CALL, register, "cannot pass in dynptr at an offset=" + at);
    }
    return (int) (-at / Slots.BYTES) - 1;
  }

  /// The dynptr that a register points to; it has to be there.
  ///
  /// @param type which type it has to be; 0 for any
  Reg require(int register, int type) {
    var reg = walk.reg(register);
    if (reg.kind == RegisterKind.DYNPTR) {
      if (reg.off != 0 || !reg.isConstant() || reg.constant() != 0) {
        throw new Refusal(Reason.CALL, register, "dereference of modified dynptr_ptr");
      }
      return typed(reg, register, type);
    }
    if (reg.kind != RegisterKind.STACK) {
      throw new Refusal(
          Reason.CALL,
          register,
          "arg#%d expected pointer to stack or const struct bpf_dynptr".formatted(register - 1));
    }
    int top = slot(register);
    var frame = walk.state().frame(reg.frame);
    var found = top < frame.slots() ? frame.spills[top] : null;
    if (found == null
        || frame.type(top) != Slots.DYNPTR
        || frame.type(top - 1) != Slots.DYNPTR
        || !found.objectStart) {
      throw new Refusal(
          Reason.CALL,
          register,
          "Expected an initialized dynptr as arg #" + (register - 1),
          "the call that makes the dynptr",
          "make it with bpf_dynptr_from_mem, bpf_ringbuf_reserve_dynptr or the like before");
    }
    walk.readSlot(frame, top);
    walk.readSlot(frame, top - 1);
    return typed(found, register, type);
  }

  private static Reg typed(Reg found, int register, int type) {
    if (type != 0 && found.objectKind != type) {
      throw new Refusal(
          Reason.CALL,
          register,
          "Expected a dynptr of type %s as arg #%d"
              .formatted(type == RINGBUF ? "ringbuf" : "local", register - 1));
    }
    return found;
  }

  /// Makes one of a type where a register points to on the stack.
  ///
  /// @param reference the number that it has; 0 for a new one
  void make(int register, int type, int reference) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.STACK) {
      throw new Refusal(Reason.CALL, register, "Dynptr has to be an uninitialized dynptr");
    }
    int top = slot(register);
    var frame = walk.state().frame(reg.frame);
    if (frame.slots() > top) {
      for (int i = 0; i < SLOTS; i++) {
        overwrite(walk, frame, top - i);
        if (frame.type(top - i) == Slots.ITERATOR || frame.type(top - i) == Slots.IRQ_FLAG) {
          throw new Refusal(Reason.CALL, register, "Dynptr has to be an uninitialized dynptr");
        }
      }
    }
    walk.checkFilledMemory(register, SLOTS * Slots.BYTES, false);
    int id = reference != 0 ? reference : type == RINGBUF ? Held.acquire(walk) : walk.newId();
    for (int i = 0; i < SLOTS; i++) {
      var slot = frame.spill(top - i);
      slot.markPointer(RegisterKind.DYNPTR);
      slot.objectKind = type;
      slot.objectStart = i == 0;
      slot.referenceId = id;
      for (int b = 0; b < Slots.BYTES; b++) {
        frame.types[(top - i) * Slots.BYTES + b] = Slots.DYNPTR;
      }
    }
  }

  /// Gives a record back: the dynptr, its copies and their memory are gone.
  void release(int register) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.STACK) {
      throw new Refusal(
          Reason.REFERENCE, register, "arg " + register + " is an unacquired reference");
    }
    int id = require(register, RINGBUF).referenceId;
    if (!walk.state().references.release(id)) {
      throw new Refusal(
          Reason.REFERENCE, register, "arg " + register + " is an unacquired reference");
    }
    forget(walk, id);
  }

  /// A slot of the stack is about to be written: a dynptr that is there goes, unless it has to be
  /// given back.
  static void overwrite(Walk walk, Frame frame, int slot) {
    if (slot >= frame.slots() || frame.type(slot) != Slots.DYNPTR) {
      return;
    }
    int id = frame.requireSpill(slot).referenceId;
    if (isHeld(walk, id)) {
      throw new Refusal(Reason.REFERENCE, -1, "cannot overwrite referenced dynptr");
    }
    forgetAt(frame, frame.requireSpill(slot).objectStart ? slot : slot + 1);
    walk.state()
        .forEach(reg -> {
          if (reg.referenceId == id && reg.kind != RegisterKind.DYNPTR) {
            reg.markUnset();
          }
        });
  }

  private static boolean isHeld(Walk walk, int id) {
    return walk.state().references.held.stream()
        .anyMatch(one -> one.kind() == References.Kind.POINTER && one.id() == id);
  }

  private static void forgetAt(Frame frame, int top) {
    for (int i = 0; i < SLOTS; i++) {
      frame.spill(top - i).markUnset();
      for (int b = 0; b < Slots.BYTES; b++) {
        frame.types[(top - i) * Slots.BYTES + b] = Slots.INVALID;
      }
    }
  }

  /// All dynptrs of a number and their memory.
  private static void forget(Walk walk, int id) {
    for (int f = 0; f <= walk.state().depth; f++) {
      var frame = walk.state().frame(f);
      for (int slot = 0; slot < frame.slots(); slot++) {
        var spill = frame.spills[slot];
        if (frame.type(slot) == Slots.DYNPTR
            && spill != null
            && spill.objectStart
            && spill.referenceId == id) {
          forgetAt(frame, slot);
        }
      }
    }
    walk.state()
        .forEach(reg -> {
          if (reg.referenceId == id) {
            reg.markUnset();
          }
        });
  }

  /// Puts memory that a dynptr gave into a register.
  ///
  /// @param from the dynptr
  static void slice(Walk walk, Reg reg, Reg from, int size, boolean readOnly) {
    int id = from.referenceId;
    int type = from.objectKind;
    reg.markPointer(RegisterKind.MEMORY);
    reg.memorySize = size;
    reg.flags =
        Reg.MAYBE_NULL
            | (readOnly ? Reg.READ_ONLY : 0)
            | (type == SOCKET_BUFFER || type == XDP ? Reg.SLICE : 0);
    reg.referenceId = id;
    reg.id = walk.newId();
  }
}
