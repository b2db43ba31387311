package org.ebpf4j.program.internal.optimize;

import java.util.HashMap;
import java.util.List;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Function;

/// Ends that return the same constant become one.
final class Ends {
  private Ends() {}

  static List<Block> merge(Function function, List<Block> blocks) {
    var ends = new HashMap<List<Object>, Block>();
    boolean changed = false;
    for (var block : blocks.reversed()) {
      if (!(block.end instanceof End.Return(var value))
          || value == null
          || !value.isConstant()
          || block == function.entry
          || block.values.stream().anyMatch(v -> v.operation.hasEffect())) {
        continue;
      }
      var one = ends.putIfAbsent(List.of(value.kind, value.number()), block);
      if (one == null) {
        continue;
      }
      for (var predecessor : List.copyOf(block.predecessors)) {
        predecessor.end = predecessor.end.with(block, one);
        one.predecessors.add(predecessor);
      }
      block.predecessors.clear();
      if (block == function.fault) {
        function.fault = one;
      }
      changed = true;
    }
    return changed ? function.order() : blocks;
  }
}
