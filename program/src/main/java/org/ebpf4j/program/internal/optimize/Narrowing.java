package org.ebpf4j.program.internal.optimize;

import java.util.List;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// What uses the low half of a value only, or the low bytes, needs no cut and no sign before.
final class Narrowing {
  private Narrowing() {}

  static void run(List<Block> blocks) {
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
                low(b.left(), 4),
                low(b.right(), 4),
                b.taken(),
                b.otherwise());
      }
    }
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
