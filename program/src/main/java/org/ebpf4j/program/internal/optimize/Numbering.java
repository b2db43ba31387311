package org.ebpf4j.program.internal.optimize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

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
        var known = find(tables, block, key, index(value));
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

  /// The int that a place in memory is computed from; null for other values.
  private static @Nullable Value index(Value value) {
    if (value.kind != ValueKind.INT && value.operation instanceof Operation.Binary) {
      for (var input : value.inputs) {
        if (input.kind == ValueKind.INT && !input.isConstant()) {
          return input;
        }
      }
    }
    return null;
  }

  /// An equal value. A place that was computed before another comparison of its index is not taken:
  /// the verifier would not know of it what that comparison said.
  private static @Nullable Value find(
      Map<Block, Map<List<Object>, Value>> tables,
      Block block,
      List<Object> key,
      @Nullable Value index) {
    var at = block;
    while (true) {
      var table = tables.get(at);
      var found = table == null ? null : table.get(key);
      var above = at.dominator;
      if (found != null
          || above == null
          || above == at
          || (index != null
              && above.end instanceof End.Branch b
              && (b.left().resolve() == index || b.right().resolve() == index))) {
        return found;
      }
      at = above;
    }
  }
}
