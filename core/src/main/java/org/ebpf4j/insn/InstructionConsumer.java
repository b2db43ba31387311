package org.ebpf4j.insn;

/// What is done with each instruction of a walk.
@FunctionalInterface
public interface InstructionConsumer {
  /// Takes the instruction that begins at a slot.
  void accept(int slot, Instruction instruction);
}
