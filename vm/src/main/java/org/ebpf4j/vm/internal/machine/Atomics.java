package org.ebpf4j.vm.internal.machine;

import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;

/// Atomic operations on memory. Those of all programs on one region are done one after the other.
final class Atomics {
  private static final int RESULT = 0;

  private Atomics() {}

  /// Does an instruction of mode `ATOMIC`.
  static void execute(Memory memory, long slot, long[] r) {
    int dst = Slot.dst(slot);
    int src = Slot.src(slot);
    int operation = Slot.imm(slot);
    long address = r[operation == Opcode.LOAD_ACQ ? src : dst] + Slot.offset(slot);
    long old = operate(memory, address, size(slot), operation, r[src], r[RESULT]);
    if (operation == Opcode.LOAD_ACQ) {
      r[dst] = old;
    } else if (operation == Opcode.CMPXCHG) {
      r[RESULT] = old;
    } else if (operation != Opcode.STORE_REL && (operation & Opcode.FETCH) != 0) {
      r[src] = old;
    }
  }

  /// How many bytes an instruction works on.
  static int size(long slot) {
    return switch (Slot.opcode(slot) & Opcode.SIZE_MASK) {
      case Opcode.B -> 1;
      case Opcode.H -> 2;
      case Opcode.W -> 4;
      default -> 8;
    };
  }

  /// Does an operation.
  ///
  /// @param operand the source register
  /// @param expected `R0`, of which an exchange looks at as much as it compares
  /// @return what was there before
  static long operate(
      Memory memory, long address, int size, int operation, long operand, long expected) {
    var region = memory.at(address);
    int offset = (int) address;
    if (offset % size != 0) {
      throw new MemoryFault(address, "an atomic operation on memory that is not aligned");
    }
    synchronized (region) {
      if (operation == Opcode.STORE_REL) {
        region.store(offset, size, operand);
        return 0;
      }
      long old = region.load(offset, size);
      switch (operation) {
        case Opcode.LOAD_ACQ -> {
          // It only reads.
        }
        case Opcode.CMPXCHG -> {
          if (old == (size == 4 ? expected & 0xffff_ffffL : expected)) {
            region.store(offset, size, operand);
          }
        }
        default -> region.store(offset, size, combine(operation, old, operand));
      }
      return old;
    }
  }

  private static long combine(int operation, long old, long operand) {
    if (operation == Opcode.XCHG) {
      return operand;
    }
    return switch (operation & ~Opcode.FETCH) {
      case Opcode.ADD -> old + operand;
      case Opcode.OR -> old | operand;
      case Opcode.AND -> old & operand;
      case Opcode.XOR -> old ^ operand;
      default -> throw new IllegalStateException("atomic operation " + operation);
    };
  }
}
