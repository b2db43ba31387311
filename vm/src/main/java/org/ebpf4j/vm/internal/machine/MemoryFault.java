package org.ebpf4j.vm.internal.machine;

/// An access that is not allowed. It has no stack trace: the interpreter says at which instruction
/// it was.
public final class MemoryFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long address;

  /// @param address the address that was accessed
  /// @param reason what is wrong with it
  public MemoryFault(long address, String reason) {
    super(reason, null, false, false);
    this.address = address;
  }

  /// The address that was accessed.
  public long address() {
    return address;
  }
}
