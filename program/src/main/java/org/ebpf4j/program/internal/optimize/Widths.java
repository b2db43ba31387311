package org.ebpf4j.program.internal.optimize;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// Ints that are used as places in memory, and of which the verifier does not see that their upper
/// half is zero: it forgets that of all variables where it goes on with a loop that it does not
/// walk through, and does not know it of what comes of some operations.
final class Widths {
  private Widths() {}

  static void renew(List<Block> blocks) {
    var walkedOnce = blocks.stream().anyMatch(b -> b.end instanceof End.MayGoto);
    for (var block : blocks) {
      for (var value : List.copyOf(block.values)) {
        if (value.kind == ValueKind.INT || !(value.operation instanceof Operation.Binary)) {
          continue;
        }
        for (int i = 0; i < value.inputs.length; i++) {
          var input = value.input(i);
          if (input.kind == ValueKind.INT
              && !input.isConstant()
              && (walkedOnce || isOpaque(input, new HashSet<>()))) {
            value.inputs[i] = renewed(input, value, block);
          }
        }
      }
    }
  }

  /// The int anew, before it is used. What was compared of it, the verifier keeps.
  private static Value renewed(Value value, Value user, Block block) {
    var renewed = new Value(new Operation.Renew(), ValueKind.INT, value);
    renewed.block = block;
    renewed.line = user.line;
    block.values.add(block.values.indexOf(user), renewed);
    return renewed;
  }

  private static boolean isOpaque(Value value, Set<Value> seen) {
    return value.isPhi()
        ? seen.add(value)
            && List.of(value.inputs).stream().anyMatch(v -> isOpaque(v.resolve(), seen))
        : isOpaque(value);
  }

  private static boolean isOpaque(Value value) {
    return switch (value.operation) {
      case Operation.Binary(var operation) ->
          switch (operation) {
            case DIV, MOD, SDIV, SMOD -> true;
            case LSH, RSH, ARSH -> !value.input(1).isConstant();
            case ADD, SUB, MUL, OR, AND, XOR -> false;
          };
      case Operation.Negate _, Operation.Swap _ -> true;
      default -> false;
    };
  }
}
