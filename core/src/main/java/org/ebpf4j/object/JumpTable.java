package org.ebpf4j.object;

import java.util.List;

/// A table of places that an instruction jumps to by index (`gotox`), and the instruction that
/// loads its address. The kernel takes it as a map of instructions.
///
/// @param slot the instruction (`ld_imm64`), in 8-byte slots from the start of the program
/// @param offset where the table stands in section `.jumptables`; loads of one offset share a map
/// @param targets the instructions that the entries lead to, in slots from the start of the program
public record JumpTable(int slot, int offset, List<Integer> targets) {
  public JumpTable {
    targets = List.copyOf(targets);
  }
}
