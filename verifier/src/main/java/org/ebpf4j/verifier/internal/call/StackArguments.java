package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.Slots;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Memory on the stack that programs hand to functions of the kernel
/// (`check_stack_range_initialized` in `kernel/bpf/verifier.c`).
final class StackArguments {
  private static final int FARTHEST = 1 << 29;

  private final Walk walk;

  StackArguments(Walk walk) {
    this.walk = walk;
  }

  void check(int register, int size, boolean zero, Access access) {
    var reg = walk.reg(register);
    if (size == 0 && !zero) {
      throw new Refusal(Reason.BOUNDS, register, "invalid zero-sized read");
    }
    long low = reg.off + reg.smin;
    long high = reg.off + reg.smax;
    if (!reg.isConstant() && (reg.smin <= -FARTHEST || reg.smax >= FARTHEST)) {
      throw new Refusal(
          Reason.BOUNDS,
          register,
          "invalid unbounded variable-offset indirect access to stack R" + register,
          "a bound of the offset",
          "check the index before the call");
    }
    var frame = walk.state().frame(reg.frame);
    if (low < -walk.rules().stackBytes() || high + size > 0 || (size == 0 && low > 0)) {
      throw new Refusal(
          Reason.BOUNDS,
          register,
          reg.isConstant()
              ? "invalid write to stack R%d off=%d size=%d".formatted(register, low, size)
              : "invalid variable-offset indirect access to stack R%d size=%d"
                  .formatted(register, size),
          "",
          "hand a buffer that is as large as the size says");
    }
    if (size == 0) {
      return;
    }
    frame.grow((int) -low);
    if (access == Access.FILL && reg.isConstant()) {
      fill(frame, (int) low, size);
      return;
    }
    for (int at = (int) low; at < high + size; at++) {
      walk.readSlot(frame, (-at - 1) / Slots.BYTES);
      byteUsed(frame, register, at, (int) low, size, access != Access.READ);
    }
  }

  /// All bytes are written, whatever they hold.
  private void fill(Frame frame, int low, int size) {
    for (int at = low; at < low + size; at++) {
      int slot = (-at - 1) / Slots.BYTES;
      var type = frame.types[-at - 1];
      if (type == Slots.DYNPTR || type == Slots.ITERATOR || type == Slots.IRQ_FLAG) {
        throw new Refusal(
            Reason.GAVE_UP, -1, "an object on the stack is overwritten by a function");
      }
      loosen(frame, slot);
    }
    for (int at = low; at < low + size; at++) {
      frame.types[-at - 1] = Slots.MISC;
    }
  }

  /// A slot with a register in it becomes bytes of which nothing is known.
  private static void loosen(Frame frame, int slot) {
    var held = false;
    for (int i = 0; i < Slots.BYTES; i++) {
      held |= frame.types[slot * Slots.BYTES + i] == Slots.SPILL;
    }
    if (!held) {
      return;
    }
    frame.spill(slot).markUnset();
    for (int i = 0; i < Slots.BYTES; i++) {
      if (frame.types[slot * Slots.BYTES + i] == Slots.SPILL) {
        frame.types[slot * Slots.BYTES + i] = Slots.MISC;
      }
    }
  }

  private void byteUsed(Frame frame, int register, int at, int low, int size, boolean written) {
    int index = -at - 1;
    int slot = index / Slots.BYTES;
    switch (frame.types[index]) {
      case Slots.MISC -> {}
      case Slots.ZERO -> {
        if (written) {
          frame.types[index] = Slots.MISC;
        }
      }
      case Slots.INVALID -> {
        if (!walk.rules().atLeast(6, 3)) {
          if (frame.isSpill(slot)) {
            throw unset(register, at, low, size);
          }
          throw unset(register, at, low, size);
        }
        if (written) {
          frame.types[index] = Slots.MISC;
        }
      }
      case Slots.SPILL -> {
        if (written) {
          loosen(frame, slot);
        } else if (frame.spill(slot).isScalar()) {
          // The function reads the number, and nothing is learned of it.
          walk.reg(register);
        }
      }
      default -> throw unset(register, at, low, size);
    }
  }

  private Refusal unset(int register, int at, int low, int size) {
    var reg = walk.reg(register);
    return new Refusal(
        Reason.UNINITIALIZED,
        register,
        reg.isConstant()
            ? "invalid read from stack R%d off %d+%d size %d"
                .formatted(register, low, at - low, size)
            : "invalid read from stack R%d var_off +%d size %d".formatted(register, at - low, size),
        "a value in each byte of the buffer",
        "initialise it where it is declared: = {}");
  }
}
