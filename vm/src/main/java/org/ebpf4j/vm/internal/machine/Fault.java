package org.ebpf4j.vm.internal.machine;

import java.util.OptionalLong;

/// A run that ended at an instruction that cannot be executed.
public final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;

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

  /// The address that was accessed, where that was the fault.
  public OptionalLong address() {
    return address.present() ? OptionalLong.of(address.value()) : OptionalLong.empty();
  }
}
