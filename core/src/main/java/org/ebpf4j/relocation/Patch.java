package org.ebpf4j.relocation;

import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.jspecify.annotations.Nullable;

/// Writes a value into an instruction, in place of the one that the compiler has put there.
///
/// @param found the new value; without one, the instruction must never run
record Patch(Value original, @Nullable Value found) {
  private static final long POISONED =
      Slot.of(Opcode.JMP | Opcode.CALL, 0, 0, 0, CoreResolution.POISON);
  private static final long LOW = 0xffff_ffffL;

  /// @return whether the instruction was replaced by one that must never run
  boolean apply(long[] slots, int place) {
    if (found == null) {
      poison(slots, place);
      return true;
    }
    var opcode = Slot.opcode(slots[place]);
    return switch (opcode & Opcode.CLASS_MASK) {
      case Opcode.ALU, Opcode.ALU64 -> arithmetic(slots, place, found);
      case Opcode.LDX, Opcode.ST, Opcode.STX -> access(slots, place, found);
      case Opcode.LD -> wide(slots, place, found);
      default ->
          throw new Unresolvable(
              "an instruction of opcode 0x%02x has no room for it".formatted(opcode));
    };
  }

  private static void poison(long[] slots, int place) {
    if (Slot.isWide(slots[place]) && place + 1 < slots.length) {
      slots[place + 1] = POISONED;
    }
    slots[place] = POISONED;
  }

  private boolean arithmetic(long[] slots, int place, Value value) {
    var slot = slots[place];
    if ((Slot.opcode(slot) & Opcode.SOURCE_MASK) != Opcode.K) {
      throw new Unresolvable("the instruction takes its operand from a register");
    }
    check(Slot.imm(slot));
    slots[place] = Slot.withImm(slot, (int) value.number());
    return false;
  }

  private boolean access(long[] slots, int place, Value value) {
    var slot = slots[place];
    check(Slot.offset(slot));
    if (value.number() < 0 || value.number() > Short.MAX_VALUE) {
      throw new Unresolvable(
          Long.toUnsignedString(value.number()) + " is too big for the offset of a load or store");
    }
    if (!original.canHaveWidthOf(value)) {
      poison(slots, place);
      return true;
    }
    var patched = Slot.withOffset(slot, (int) value.number());
    slots[place] = original.hasWidthOf(value) ? patched : withWidth(patched, value.size());
    return false;
  }

  private long withWidth(long slot, long bytes) {
    var opcode = Slot.opcode(slot);
    if (sizeCode(original.size()) != (opcode & Opcode.SIZE_MASK)) {
      throw new Unresolvable(
          "the instruction does not access the "
              + original.size()
              + " bytes of the field, so it cannot be made to access the kernel's "
              + bytes);
    }
    return Slot.withOpcode(slot, (opcode & ~Opcode.SIZE_MASK) | sizeCode(bytes));
  }

  private static int sizeCode(long bytes) {
    return switch ((int) bytes) {
      case 1 -> Opcode.B;
      case 2 -> Opcode.H;
      case 4 -> Opcode.W;
      case 8 -> Opcode.DW;
      default -> throw new Unresolvable("no load or store has " + bytes + " bytes");
    };
  }

  private boolean wide(long[] slots, int place, Value value) {
    var first = slots[place];
    var second = place + 1 < slots.length ? slots[place + 1] : -1;
    if (!Slot.isWide(first)
        || Slot.src(first) != 0
        || Slot.offset(first) != 0
        || (second & LOW) != 0) {
      throw new Unresolvable("the instruction is no load of a 64-bit number");
    }
    check((Slot.imm(first) & LOW) | (long) Slot.imm(second) << 32);
    slots[place] = Slot.withImm(first, (int) value.number());
    slots[place + 1] = Slot.withImm(second, (int) (value.number() >>> 32));
    return false;
  }

  private void check(long inInstruction) {
    if (original.checked() && inInstruction != original.number()) {
      throw new Unresolvable(
          "the instruction has "
              + inInstruction
              + ", where "
              + original.number()
              + " was expected: code and types are not of one compilation");
    }
  }
}
