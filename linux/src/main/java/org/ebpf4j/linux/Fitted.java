package org.ebpf4j.linux;

import java.util.List;
import java.util.Map;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.object.ProgramSpec;

/// A program whose instructions are those of the running kernel; only descriptors of maps are
/// missing.
///
/// @param configSlots the instructions that refer to map `.kconfig`
/// @param poisoned what is missing, by instruction: it became a call that no kernel takes
record Fitted(
    ProgramSpec program,
    Instructions instructions,
    List<Integer> configSlots,
    Map<Integer, String> poisoned) {}
