package org.ebpf4j.program.internal.optimize;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Value;

/// Forgets values that nobody uses, and counts the uses of the others. Stores into objects that
/// nobody reads go, too.
final class Dead {
  private Dead() {}

  static void remove(List<Block> blocks) {
    var live = new HashSet<Value>();
    var work = new ArrayDeque<Value>();
    var written = new HashMap<Value, List<Value>>();
    for (var block : blocks) {
      for (var value : block.values) {
        value.uses = 0;
        if (value.operation instanceof Operation.Zero
            || value.operation instanceof Operation.Store) {
          var target = target(value.input(0));
          if (target.operation instanceof Operation.Allocate) {
            written.computeIfAbsent(target, _ -> new ArrayList<>()).add(value);
            continue;
          }
        }
        if (value.operation.hasEffect()) {
          work.add(value);
        }
      }
      block.phis.forEach(phi -> phi.uses = 0);
    }
    for (var block : blocks) {
      switch (block.end) {
        case End.Branch b -> {
          use(b.left(), work);
          use(b.right(), work);
        }
        case End.Return(var value) -> {
          if (value != null) {
            use(value, work);
          }
        }
        case End.Goto _, End.MayGoto _, End.Open _ -> {
          // Use nothing.
        }
      }
    }
    while (!work.isEmpty()) {
      var value = work.remove();
      if (live.add(value)) {
        for (var input : value.inputs) {
          use(input.resolve(), work);
        }
        work.addAll(written.getOrDefault(value, List.of()));
      }
    }
    for (var block : blocks) {
      block.values.removeIf(v -> !live.contains(v));
      block.phis.removeIf(v -> !live.contains(v));
    }
  }

  private static void use(Value value, ArrayDeque<Value> work) {
    value.uses++;
    work.add(value);
  }

  /// What a pointer points into.
  private static Value target(Value pointer) {
    var at = pointer;
    while (at.operation instanceof Operation.Offset
        || (at.operation instanceof Operation.Binary && at.inputs.length == 2)) {
      at = at.input(0);
    }
    return at;
  }
}
