package org.ebpf4j.program.internal.optimize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Conditions;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.Value;

/// Forgets what cannot be reached, branches that are decided, and phis of one value.
final class Cleaning {
  private Cleaning() {}

  /// The blocks that are left, in reverse postorder.
  static List<Block> clean(Function function) {
    var blocks = function.order();
    forgetUnreached(blocks);
    resolve(blocks);
    while (decide(blocks) || dropTrivialPhis(blocks)) {
      blocks = function.order();
      forgetUnreached(blocks);
      resolve(blocks);
    }
    return blocks;
  }

  static void forgetUnreached(List<Block> blocks) {
    var reached = new HashSet<>(blocks);
    for (var block : blocks) {
      for (int i = block.predecessors.size() - 1; i >= 0; i--) {
        var predecessor = block.predecessors.get(i);
        if (!reached.contains(predecessor) || !predecessor.successors().contains(block)) {
          removePredecessor(block, i);
        }
      }
    }
  }

  static void removePredecessor(Block block, int index) {
    block.predecessors.remove(index);
    for (var phi : block.phis) {
      var inputs = new ArrayList<>(Arrays.asList(phi.inputs));
      inputs.remove(index);
      phi.inputs = inputs.toArray(Value[]::new);
    }
  }

  static void resolve(List<Block> blocks) {
    for (var block : blocks) {
      block.phis.forEach(Cleaning::resolve);
      block.values.forEach(Cleaning::resolve);
      block.end = block.end.resolved();
    }
  }

  static void resolve(Value value) {
    for (int i = 0; i < value.inputs.length; i++) {
      value.inputs[i] = value.inputs[i].resolve();
    }
  }

  private static boolean decide(List<Block> blocks) {
    boolean changed = false;
    for (var block : blocks) {
      if (block.end instanceof End.Branch b) {
        if (b.taken() == b.otherwise()) {
          removePredecessor(b.taken(), b.taken().predecessors.lastIndexOf(block));
          block.end = new End.Goto(b.taken());
          changed = true;
        } else if (b.left().isConstant() && b.right().isConstant()) {
          take(
              block,
              Conditions.holds(b.condition(), b.wide(), b.left().number(), b.right().number()));
          changed = true;
        }
      }
    }
    return changed;
  }

  /// The branch at the end of a block goes one way only.
  static void take(Block block, boolean holds) {
    var branch = (End.Branch) block.end;
    var to = holds ? branch.taken() : branch.otherwise();
    var other = holds ? branch.otherwise() : branch.taken();
    removePredecessor(other, other.predecessors.indexOf(block));
    block.end = new End.Goto(to);
  }

  private static boolean dropTrivialPhis(List<Block> blocks) {
    boolean changed = false;
    for (var block : blocks) {
      for (var phi : List.copyOf(block.phis)) {
        var same = only(phi);
        if (same != null) {
          phi.replaceBy(same);
          block.phis.remove(phi);
          changed = true;
        }
      }
    }
    return changed;
  }

  private static @org.jspecify.annotations.Nullable Value only(Value phi) {
    Value same = null;
    for (var input : phi.inputs) {
      var value = input.resolve();
      if (value == phi || (same != null && Value.same(value, same))) {
        continue;
      }
      if (same != null) {
        return null;
      }
      same = value;
    }
    return same;
  }
}
