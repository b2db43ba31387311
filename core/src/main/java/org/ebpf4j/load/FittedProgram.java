package org.ebpf4j.load;

import java.util.List;
import java.util.Map;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.object.ProgramSpec;

/// A program as one kernel takes it. Only descriptors are missing in its instructions: those of
/// maps ([ProgramSpec#mapReferences()]), of map `.kconfig`, of modules and of jump tables.
///
/// @param program what it was made from
/// @param instructions the instructions
/// @param configSlots the instructions that want the descriptor of map `.kconfig`
/// @param moduleSlots the instructions that want the descriptor of a module's types behind
///   themselves, in the next slot, with the name of the module
/// @param poisoned what is missing, by instruction: it became a call that no kernel takes
/// @param notes what was written into which instruction, in words
/// @param target what it is made for
/// @param attachType the number of its expected attach type, or 0
/// @param tables its jump tables
public record FittedProgram(
    ProgramSpec program,
    Instructions instructions,
    List<Integer> configSlots,
    Map<Integer, String> moduleSlots,
    Map<Integer, String> poisoned,
    List<Note> notes,
    ProgramTarget target,
    int attachType,
    List<JumpTableMap> tables) {
  public FittedProgram {
    configSlots = List.copyOf(configSlots);
    moduleSlots = Map.copyOf(moduleSlots);
    poisoned = Map.copyOf(poisoned);
    notes = List.copyOf(notes);
    tables = List.copyOf(tables);
  }

  /// What was written into an instruction.
  ///
  /// @param slot the instruction
  /// @param text what, such as `offset of field 'pid' of struct task_struct (0:1): 8 in the object,
  ///   2464 in the kernel`
  public record Note(int slot, String text) {}
}
