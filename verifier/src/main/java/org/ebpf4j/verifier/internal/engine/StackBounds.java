package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.Slots;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Whether accesses stay within the stack, and whether what functions of the kernel read of it was
/// written.
final class StackBounds {
  /// How the stack is used.
  enum Use {
    READ(" read from"),
    WRITE(" write to"),
    /// By a function of the kernel.
    CALL(" indirect access to");

    private final String label;

    Use(String label) {
      this.label = label;
    }
  }

  private static final long FARTHEST = 1 << 29;

  private final Walk walk;
  private final boolean readsUnset;

  StackBounds(Walk walk) {
    this.walk = walk;
    readsUnset = walk.readsUnsetStack();
  }

  /// Checks an access, and makes the stack as deep as it needs.
  void check(int pointer, long offset, int size, Use use) {
    var reg = walk.reg(pointer);
    var frame = walk.state().frame(reg.frame);
    long min;
    long end;
    if (reg.isConstant()) {
      min = reg.constant() + offset;
      end = min + size;
    } else {
      if (reg.smax >= FARTHEST || reg.smin <= -FARTHEST) {
        throw new Refusal(
            Reason.BOUNDS,
            pointer,
            "invalid unbounded variable-offset" + use.label + " stack R" + pointer,
            "bounds of the index",
            "compare the index with the size of the array before it is used");
      }
      min = reg.smin + offset;
      end = reg.smax + offset + size;
    }
    int depth = walk.rules().stackBytes();
    long lowest =
        use == Use.WRITE || use == Use.CALL || readsUnset
            ? -depth
            : -frame.slots() * (long) Slots.BYTES;
    if (min < lowest || min > -1 || end > 0 || size < 0) {
      throw outside(pointer, reg, offset, size, use);
    }
    grow(frame, (int) -min);
  }

  private static Refusal outside(int pointer, Reg reg, long offset, int size, Use use) {
    var message =
        reg.isConstant()
            ? "invalid"
                + use.label
                + " stack R"
                + pointer
                + " off="
                + (reg.constant() + offset)
                + " size="
                + size
            : "invalid variable-offset"
                + use.label
                + " stack R"
                + pointer
                + " var_off=(0x"
                + Long.toHexString(reg.bits.value())
                + "; 0x"
                + Long.toHexString(reg.bits.mask())
                + ") off="
                + offset
                + " size="
                + size;
    return new Refusal(
        Reason.BOUNDS,
        pointer,
        message,
        "an offset within the stack",
        "keep large variables in a map: a function has 512 bytes of stack");
  }

  void grow(Frame frame, int bytes) {
    frame.grow(bytes);
    walk.usesStack(frame.subprogram, frame.slots() * Slots.BYTES);
  }

  /// The memory that a function of the kernel reads, or also writes, has to be written before.
  ///
  /// @param offset the fixed part of the offset
  /// @param call whether a function of the kernel accesses it, not an instruction
  /// @param clobbers whether it may write anything to it
  void requireInitialized(int pointer, int offset, int size, boolean call, boolean clobbers) {
    var reg = walk.reg(pointer);
    var frame = walk.state().frame(reg.frame);
    int min = (int) (reg.isConstant() ? reg.constant() : reg.smin) + offset;
    int last = (int) (reg.isConstant() ? reg.constant() : reg.smax) + offset;
    for (int i = min; i < last + size; i++) {
      int at = -i - 1;
      int slot = at / Slots.BYTES;
      byte type = frame.types[at];
      walk.readSlot(frame, slot);
      if (type == Slots.MISC) {
        continue;
      }
      if (type == Slots.ZERO || (type == Slots.INVALID && readsUnset)) {
        if (clobbers) {
          frame.types[at] = Slots.MISC;
        }
        continue;
      }
      if (frame.isSpill(slot)) {
        if (clobbers) {
          frame.requireSpill(slot).markUnknown();
          StackCheck.scrub(frame, slot);
        }
        continue;
      }
      throw new Refusal(
          Reason.UNINITIALIZED,
          pointer,
          "invalid"
              + (call ? " indirect" : "")
              + " read from stack R"
              + pointer
              + " off "
              + min
              + "+"
              + (i - min)
              + " size "
              + size,
          "a store to all bytes of the stack that are read",
          "initialize the variable with its padding, for example with = {} or memset");
    }
  }
}
