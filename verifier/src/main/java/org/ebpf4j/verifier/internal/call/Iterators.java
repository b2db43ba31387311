package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.btf.Btf;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.internal.state.Slots;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// Open-coded iterators: objects on the stack that three functions begin, advance and end
/// (`process_iter_arg` and `process_iter_next_call` in `kernel/bpf/verifier.c`).
///
/// @param types the types of the kernel
/// @param name the struct, such as `bpf_iter_num`
/// @param type its id in the kernel's types, which tells iterators apart
/// @param slots how many slots of the stack it has
record Iterators(Walk walk, Btf types, String name, int type, int slots) {
  private static final int ACTIVE = 1;
  private static final int DRAINED = 2;

  /// The slot with the lowest address of the object that a register points to.
  private int slot(int register) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.STACK || !reg.isConstant()) {
      throw new Refusal(
          Reason.CALL,
          register,
          "arg#%d expected pointer to an iterator on stack".formatted(register - 1));
    }
    long at = reg.off + reg.constant();
    if (at % Slots.BYTES != 0 || at >= 0 || at < -walk.rules().stackBytes()) {
      throw new Refusal(Reason.CALL, register, "cannot pass in iter at an offset=" + at);
    }
    return (int) (-at / Slots.BYTES) - 1;
  }

  /// Its name as the kernel prints it, such as `iter_num`.
  private String label() {
    return name.substring("bpf_".length());
  }

  private Frame frame(int register) {
    return walk.state().frame(walk.reg(register).frame);
  }

  /// Begins one where nothing is that has to be kept.
  void begin(int register, boolean underRcu) {
    int top = slot(register);
    var frame = frame(register);
    if (top - slots + 1 < 0) {
      throw new Refusal(
          Reason.CALL, register, "cannot pass in iter at an offset=" + -(top + 1) * Slots.BYTES);
    }
    // The function writes it, as far as the checks of the stack go.
    walk.checkMemory(register, slots * Slots.BYTES, false, true);
    for (int i = 0; i < slots; i++) {
      for (int b = 0; b < Slots.BYTES; b++) {
        var type = frame.types[(top - i) * Slots.BYTES + b];
        if (type == Slots.ITERATOR) {
          throw new Refusal(
              Reason.CALL,
              register,
              "expected uninitialized %s as R%d".formatted(label(), register));
        }
      }
    }
    int id = Held.acquire(walk);
    for (int i = 0; i < slots; i++) {
      var reg = frame.spill(top - i);
      reg.markPointer(RegisterKind.STACK);
      reg.objectKind = type;
      reg.btf = types;
      reg.btfType = type;
      reg.objectStart = i == 0;
      reg.objectState = ACTIVE;
      reg.referenceId = i == 0 ? id : 0;
      reg.flags = underRcu ? Reg.RCU : 0;
      for (int b = 0; b < Slots.BYTES; b++) {
        frame.types[(top - i) * Slots.BYTES + b] = Slots.ITERATOR;
      }
    }
  }

  /// The iterator that a register points to.
  Reg require(int register) {
    int top = slot(register);
    var frame = frame(register);
    var found = top < frame.slots() ? frame.spills[top] : null;
    boolean valid = found != null && top - slots + 1 >= 0;
    for (int i = 0; valid && i < slots; i++) {
      var reg = frame.spills[top - i];
      valid =
          frame.type(top - i) == Slots.ITERATOR
              && reg != null
              && reg.objectKind == type
              && reg.objectStart == (i == 0);
      if (valid) {
        walk.readSlot(frame, top - i);
      }
    }
    if (!valid || found == null) {
      throw new Refusal(
          Reason.CALL,
          register,
          "expected an initialized %s as R%d".formatted(label(), register),
          "the call that begins the iterator",
          "begin each iterator with its function, and end it once");
    }
    if (found.has(Reg.UNTRUSTED)) {
      throw new Refusal(Reason.CALL, register, "expected an RCU CS when using " + name + "_next");
    }
    return found;
  }

  /// The next step, once r0 is set for the way on which there is an element.
  void next(int register) {
    var iterator = require(register);
    int frame = walk.reg(register).frame;
    int top = slot(register);
    if (iterator.objectState == ACTIVE) {
      var more = walk.pushElement();
      var same = more.frame(frame).requireSpill(top);
      same.objectState = ACTIVE;
      same.objectDepth++;
      more.current().regs[0].flags &= ~Reg.MAYBE_NULL;
      more.current().regs[0].id = 0;
    }
    iterator.objectState = DRAINED;
    for (int i = 1; i < slots; i++) {
      walk.state().frame(frame).requireSpill(top - i).objectState = iterator.objectState;
    }
  }

  /// Ends it.
  void end(int register) {
    int top = slot(register);
    var iterator = require(register);
    if (!walk.releaseReference(iterator.referenceId)) {
      throw new Refusal(Reason.REFERENCE, register, "the iterator is not held");
    }
    var frame = frame(register);
    for (int i = 0; i < slots; i++) {
      frame.spill(top - i).markUnset();
      for (int b = 0; b < Slots.BYTES; b++) {
        frame.types[(top - i) * Slots.BYTES + b] = Slots.INVALID;
      }
    }
  }

  /// Whether the iterator that a register points to may have a next element.
  static boolean isActive(Walk walk, int register) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.STACK || !reg.isConstant()) {
      return false;
    }
    var frame = walk.state().frame(reg.frame);
    int top = (int) (-(reg.off + reg.constant()) / Slots.BYTES) - 1;
    @Nullable Reg found = top >= 0 && top < frame.slots() ? frame.spills[top] : null;
    return found != null && frame.type(top) == Slots.ITERATOR && found.objectState == ACTIVE;
  }
}
