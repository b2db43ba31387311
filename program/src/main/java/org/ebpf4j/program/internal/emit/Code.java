package org.ebpf4j.program.internal.emit;

import java.util.List;
import org.ebpf4j.insn.Instruction;

/// The instructions of a function.
///
/// @param instructions with what they refer to, in their order
/// @param slots how many slots they take
/// @param stack how many bytes of stack the function uses
public record Code(List<Emitted> instructions, int slots, int stack) {
  /// An instruction.
  ///
  /// @param line the line of source, or 0
  public record Emitted(Instruction instruction, Reference reference, int line) {}
}
