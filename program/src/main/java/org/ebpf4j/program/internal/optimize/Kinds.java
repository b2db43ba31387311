package org.ebpf4j.program.internal.optimize;

import java.util.List;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// Refuses variables that no register can hold: of a number and a reference, or of one of two maps.
final class Kinds {
  private Kinds() {}

  static void check(Function function, List<Block> blocks) {
    for (var block : blocks) {
      for (var phi : block.phis) {
        for (var input : phi.inputs) {
          check(function, phi, input.resolve());
        }
      }
    }
  }

  private static void check(Function function, Value phi, Value input) {
    if (input.operation instanceof Operation.Known) {
      if (isUsed(phi)) {
        throw new Refusal(
                "a variable that is one of two maps, packets, texts or functions",
                "a branch with the whole call in each of its sides")
            .at(function.file, Math.max(phi.line, line(phi)));
      }
    } else if (phi.kind != input.kind
        && (phi.kind == ValueKind.POINTER) != (input.kind == ValueKind.POINTER)) {
      throw new Refusal(
              "a variable that is a number on one way and a reference on another",
              "two variables, or int and long in place of Integer and Long")
          .at(function.file, Math.max(phi.line, line(phi)));
    }
  }

  private static int line(Value phi) {
    var block = phi.block;
    return block == null
        ? 0
        : block.values.stream()
            .mapToInt(v -> v.line)
            .filter(l -> l > 0)
            .findFirst()
            .orElse(block.line);
  }

  private static boolean isUsed(Value phi) {
    return phi.block != null;
  }
}
