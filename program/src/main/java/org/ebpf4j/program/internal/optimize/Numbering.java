package org.ebpf4j.program.internal.optimize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Value;

/// Computes pure values once: where a block that dominates has an equal one, that is taken.
final class Numbering {
  private Numbering() {}

  /// What a constant is told by, as each use has one of its own.
  private record Number(Object kind, long value) {}

  static void run(List<Block> blocks) {
    var tables = new HashMap<Block, Map<List<Object>, Value>>();
    for (var block : blocks) {
      var table = new HashMap<List<Object>, Value>();
      tables.put(block, table);
      for (var value : List.copyOf(block.values)) {
        Cleaning.resolve(value);
        if (!value.operation.isPure()) {
          continue;
        }
        var key = key(value);
        var known = find(tables, block, key);
        if (known == null) {
          table.put(key, value);
        } else {
          value.replaceBy(known);
          block.values.remove(value);
        }
      }
    }
    Cleaning.resolve(blocks);
  }

  private static List<Object> key(Value value) {
    var key = new ArrayList<Object>();
    key.add(value.operation);
    key.add(value.kind);
    for (var input : value.inputs) {
      key.add(input.isConstant() ? new Number(input.kind, input.number()) : input);
    }
    return key;
  }

  private static @org.jspecify.annotations.Nullable Value find(
      Map<Block, Map<List<Object>, Value>> tables, Block block, List<Object> key) {
    var at = block;
    while (true) {
      var table = tables.get(at);
      var found = table == null ? null : table.get(key);
      var above = at.dominator;
      if (found != null || above == null || above == at) {
        return found;
      }
      at = above;
    }
  }
}
