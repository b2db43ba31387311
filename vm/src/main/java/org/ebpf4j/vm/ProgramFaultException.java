package org.ebpf4j.vm;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.error.BpfException;

/// A run that a virtual kernel ended, because the program did what no program may: it used an
/// address outside of what it may reach, went on for too long, or called what is not there. A real
/// kernel would not have loaded it, or the virtual one was given other input than a real one gives.
/// It never changes.
public final class ProgramFaultException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final String program;
  private final int slot;
  private final transient Optional<LineInfo> line;
  private final transient OptionalInt register;
  private final transient OptionalLong address;
  private final long[] registers;

  ProgramFaultException(
      String message,
      String program,
      int slot,
      Optional<LineInfo> line,
      OptionalInt register,
      OptionalLong address,
      long[] registers) {
    super(message);
    this.program = program;
    this.slot = slot;
    this.line = line;
    this.register = register;
    this.address = address;
    this.registers = registers.clone();
  }

  /// The name of the program.
  public String program() {
    return program;
  }

  /// The instruction, in 8-byte slots from the start of the program.
  public int slot() {
    return slot;
  }

  /// The line of C that it came from, where the object says it.
  public Optional<LineInfo> line() {
    return line == null ? Optional.empty() : line;
  }

  /// The number of the register that had the address; empty where it is not known, or no address
  /// was the fault.
  public OptionalInt register() {
    return register == null ? OptionalInt.empty() : register;
  }

  /// The address that was used, where that was the fault. Its upper half says which memory, its
  /// lower half an offset in bytes.
  public OptionalLong address() {
    return address == null ? OptionalLong.empty() : address;
  }

  /// `R0` to `R10` at the instruction; zero where the program reads a register no more before it
  /// writes to it.
  public long[] registers() {
    return registers.clone();
  }
}
