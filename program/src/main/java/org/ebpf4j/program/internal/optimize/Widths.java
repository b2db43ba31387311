package org.ebpf4j.program.internal.optimize;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// Ints that are used as places in memory, and of which the verifier does not see that their upper
/// half is zero: those of loops that it does not walk through, and what comes of operations that it
/// does not follow.
final class Widths {
  private Widths() {}

  static void renew(List<Block> blocks) {
    var wide = usedWide(blocks);
    for (var block : blocks) {
      for (var phi : block.phis) {
        if (wide.contains(phi) && isLoop(block) && !Loops.isCounted(block)) {
          block.values.addFirst(renewed(phi, block, blocks));
        }
      }
      for (var value : List.copyOf(block.values)) {
        if (wide.contains(value) && isOpaque(value)) {
          var renewed = renewed(value, block, blocks);
          block.values.add(block.values.indexOf(value) + 1, renewed);
        }
      }
    }
  }

  private static Set<Value> usedWide(List<Block> blocks) {
    var wide = new HashSet<Value>();
    for (var block : blocks) {
      for (var value : block.values) {
        if (value.kind != ValueKind.INT && value.operation instanceof Operation.Binary) {
          for (var input : value.inputs) {
            if (input.resolve().kind == ValueKind.INT) {
              wide.add(input.resolve());
            }
          }
        }
      }
    }
    // What a phi is one of is used as the phi is.
    var work = new ArrayDeque<>(wide);
    while (!work.isEmpty()) {
      var value = work.remove();
      if (value.isPhi()) {
        for (var input : value.inputs) {
          if (wide.add(input.resolve())) {
            work.add(input.resolve());
          }
        }
      }
    }
    return wide;
  }

  private static boolean isLoop(Block head) {
    return head.predecessors.stream().anyMatch(p -> p.order >= head.order);
  }

  private static boolean isOpaque(Value value) {
    return switch (value.operation) {
      case Operation.Binary(var operation) ->
          switch (operation) {
            case DIV, MOD, SDIV, SMOD -> true;
            case ADD, SUB, MUL, OR, AND, LSH, RSH, XOR, ARSH -> false;
          };
      case Operation.Negate _, Operation.Swap _ -> true;
      default -> false;
    };
  }

  private static Value renewed(Value value, Block block, List<Block> blocks) {
    var renewed = new Value(new Operation.Renew(), ValueKind.INT, value);
    renewed.block = block;
    renewed.line = value.line > 0 ? value.line : block.line;
    for (var other : blocks) {
      other.values.forEach(v -> Loops.replace(v, value, renewed));
      if (!value.isPhi()) {
        other.phis.forEach(v -> Loops.replace(v, value, renewed));
      }
      other.end = Loops.replaced(other.end, value, renewed);
    }
    renewed.inputs[0] = value;
    return renewed;
  }
}
