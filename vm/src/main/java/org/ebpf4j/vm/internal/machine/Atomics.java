package org.ebpf4j.vm.internal.machine;

import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;

/// Atomic operations on memory. Those of all programs on one region are done one after the other.
final class Atomics {
  private static final int RESULT = 0;

  private Atomics() {}

  /// Does an instruction of mode `ATOMIC`.
  static void execute(Memory memory, long slot, long[] r) {
    int size =
        switch (Slot.opcode(slot) & Opcode.SIZE_MASK) {
          case Opcode.B -> 1;
          case Opcode.H -> 2;
          case Opcode.W -> 4;
          default -> 8;
        };
    int dst = Slot.dst(slot);
    int src = Slot.src(slot);
    int operation = Slot.imm(slot);
    long address = r[operation == Opcode.LOAD_ACQ ? src : dst] + Slot.offset(slot);
    var region = memory.at(address);
    int offset = (int) address;
    if (offset % size != 0) {
      throw new MemoryFault(address, "an atomic operation on memory that is not aligned");
    }
    synchronized (region) {
      switch (operation) {
        case Opcode.LOAD_ACQ -> r[dst] = region.load(offset, size);
        case Opcode.STORE_REL -> region.store(offset, size, r[src]);
        case Opcode.CMPXCHG -> {
          long old = region.load(offset, size);
          if (old == (size == 4 ? r[RESULT] & 0xffff_ffffL : r[RESULT])) {
            region.store(offset, size, r[src]);
          }
          r[RESULT] = old;
        }
        default -> {
          long old = region.load(offset, size);
          long operand = r[src];
          region.store(offset, size, combine(operation, old, operand));
          if ((operation & Opcode.FETCH) != 0) {
            r[src] = old;
          }
        }
      }
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
