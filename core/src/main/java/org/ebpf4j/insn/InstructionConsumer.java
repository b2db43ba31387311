package org.ebpf4j.insn;

/// What is done with each instruction of a walk. It is called by the thread that walks.
@FunctionalInterface
public interface InstructionConsumer {
  /// Takes the instruction that begins at a slot.
  void accept(int slot, Instruction instruction);
}
