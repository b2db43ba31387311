package org.ebpf4j.program.internal.optimize;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// What uses the low half of a value only, or the low bytes, needs no cut and no sign before.
final class Narrowing {
  private Narrowing() {}

  static void run(List<Block> blocks) {
    var uses = uses(blocks);
    for (var block : blocks) {
      for (var value : block.values) {
        switch (value.operation) {
          case Operation.Store(_, var bytes) when bytes <= 4 ->
              value.inputs[1] = low(value.inputs[1], bytes);
          case Operation.Binary(var operation) when value.kind == ValueKind.INT -> {
            value.inputs[0] = low(value.inputs[0], 4);
            value.inputs[1] = low(value.inputs[1], 4);
          }
          case Operation.Negate _ when value.kind == ValueKind.INT ->
              value.inputs[0] = low(value.inputs[0], 4);
          case Operation.Extend(var bytes) -> value.inputs[0] = low(value.inputs[0], bytes);
          case Operation.Cut _ -> value.inputs[0] = low(value.inputs[0], 4);
          case Operation.Swap(var bytes) when bytes <= 4 ->
              value.inputs[0] = low(value.inputs[0], bytes);
          default -> {
            // Uses all of it.
          }
        }
      }
      if (block.end instanceof End.Branch b && !b.wide()) {
        block.end =
            new End.Branch(
                b.condition(),
                false,
                compared(b.left(), uses),
                compared(b.right(), uses),
                b.taken(),
                b.otherwise());
      }
    }
  }

  /// What is compared. Where it is used elsewhere, too, the verifier has to see that the number
  /// that was compared is the one that is used.
  private static Value compared(Value value, Map<Value, Integer> uses) {
    return uses.getOrDefault(value, 0) > 1 ? value : low(value, 4);
  }

  private static Map<Value, Integer> uses(List<Block> blocks) {
    var uses = new HashMap<Value, Integer>();
    for (var block : blocks) {
      for (var value : block.values) {
        for (var input : value.inputs) {
          uses.merge(input.resolve(), 1, Integer::sum);
        }
      }
      for (var phi : block.phis) {
        for (var input : phi.inputs) {
          uses.merge(input.resolve(), 1, Integer::sum);
        }
      }
      if (block.end instanceof End.Branch b) {
        uses.merge(b.left(), 1, Integer::sum);
        uses.merge(b.right(), 1, Integer::sum);
      } else if (block.end instanceof End.Return(var value) && value != null) {
        uses.merge(value, 1, Integer::sum);
      }
    }
    return uses;
  }

  /// A value with the same low bytes.
  private static Value low(Value value, int bytes) {
    var at = value.resolve();
    while (true) {
      switch (at.operation) {
        case Operation.Cut _ -> at = at.input(0);
        case Operation.Extend(var from) when from >= bytes -> at = at.input(0);
        default -> {
          return at;
        }
      }
    }
  }
}
