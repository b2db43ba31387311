package org.ebpf4j.vm.internal.machine;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;

/// A run that ended at an instruction that cannot be executed.
public final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int ARGUMENTS = 5;

  private final transient Code code;
  private final int slot;
  private final long[] registers;
  private final OptionalAddress address;

  /// An address, or none.
  private record OptionalAddress(boolean present, long value) implements java.io.Serializable {}

  Fault(Code code, int slot, long[] registers, MemoryFault cause) {
    this(
        code,
        slot,
        registers,
        String.valueOf(cause.getMessage()),
        new OptionalAddress(true, cause.address()));
  }

  Fault(Code code, int slot, long[] registers, String reason) {
    this(code, slot, registers, reason, new OptionalAddress(false, 0));
  }

  private Fault(Code code, int slot, long[] registers, String reason, OptionalAddress address) {
    super(reason, null, false, false);
    this.code = code;
    this.slot = slot;
    this.registers = registers.clone();
    this.address = address;
  }

  /// The code that was executed.
  public Code code() {
    return code;
  }

  /// The instruction.
  public int slot() {
    return slot;
  }

  /// `R0` to `R10` before the instruction.
  public long[] registers() {
    return registers.clone();
  }

  /// The register that had the address: that of the access, or the argument of a function of the
  /// kernel that points to the same memory; empty where it is not known.
  public OptionalInt register() {
    if (!address.present()) {
      return OptionalInt.empty();
    }
    long s = code.slot(slot);
    return switch (Slot.opcode(s) & Opcode.CLASS_MASK) {
      case Opcode.LDX -> OptionalInt.of(Slot.src(s));
      case Opcode.ST -> OptionalInt.of(Slot.dst(s));
      case Opcode.STX ->
          OptionalInt.of(
              (Slot.opcode(s) & Opcode.MODE_MASK) == Opcode.ATOMIC && Slot.imm(s) == Opcode.LOAD_ACQ
                  ? Slot.src(s)
                  : Slot.dst(s));
      default -> argument();
    };
  }

  private OptionalInt argument() {
    for (int i = 1; i <= ARGUMENTS; i++) {
      if (registers[i] == address.value()) {
        return OptionalInt.of(i);
      }
    }
    for (int i = 1; i <= ARGUMENTS; i++) {
      if (registers[i] >>> Integer.SIZE == address.value() >>> Integer.SIZE) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /// The address that was accessed, where that was the fault.
  public OptionalLong address() {
    return address.present() ? OptionalLong.of(address.value()) : OptionalLong.empty();
  }
}
