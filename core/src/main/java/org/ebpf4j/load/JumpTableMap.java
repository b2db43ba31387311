package org.ebpf4j.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.ebpf4j.object.JumpTable;

/// A jump table of a program as a map of instructions (`BPF_MAP_TYPE_INSN_ARRAY`).
///
/// @param targets the instruction that each entry jumps to
/// @param slots the instructions that load the address of the table, and want the descriptor of its
///   map
public record JumpTableMap(List<Integer> targets, List<Integer> slots) {
  public JumpTableMap {
    targets = List.copyOf(targets);
    slots = List.copyOf(slots);
  }

  /// One map for each table; several instructions may load the same.
  static List<JumpTableMap> of(List<JumpTable> tables) {
    var byOffset = new LinkedHashMap<Integer, List<JumpTable>>();
    for (var table : tables) {
      byOffset.computeIfAbsent(table.offset(), _ -> new ArrayList<>()).add(table);
    }
    return byOffset.values().stream()
        .map(same ->
            new JumpTableMap(
                same.getFirst().targets(), same.stream().map(JumpTable::slot).toList()))
        .toList();
  }
}
