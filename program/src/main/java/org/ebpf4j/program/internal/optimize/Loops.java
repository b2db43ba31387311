package org.ebpf4j.program.internal.optimize;

import java.util.List;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Dominators;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Value;

/// Loops whose end is not seen get one: the kernel's `may_goto`, which ends them as an exception.
final class Loops {
  private Loops() {}

  static List<Block> bound(Function function, List<Block> blocks) {
    boolean changed = false;
    for (var block : blocks) {
      for (var next : List.copyOf(block.successors())) {
        if (next.order <= block.order && !isCounted(next)) {
          insert(function, block, next);
          changed = true;
        }
      }
    }
    return changed ? function.order() : blocks;
  }

  private static void insert(Function function, Block from, Block head) {
    var fault = function.faultBlock();
    var may = function.block();
    var back = function.block();
    may.end = new End.MayGoto(fault, back);
    may.line = from.line;
    back.end = new End.Goto(head);
    back.line = from.line;
    may.predecessors.add(from);
    back.predecessors.add(may);
    fault.predecessors.add(may);
    from.end = from.end.with(head, may);
    head.predecessors.set(head.predecessors.indexOf(from), back);
  }

  /// Whether a counter with a constant end bounds the loop, so that the verifier can walk through
  /// it.
  static boolean isCounted(Block head) {
    return head.end instanceof End.Branch branch
        && isConcrete(branch.right(), head)
        && counts(head, branch.left());
  }

  /// Whether the verifier knows the number in each round: a constant, or what a counter of another
  /// loop comes to.
  private static boolean isConcrete(Value value, Block inner) {
    if (value.isConstant()) {
      return true;
    }
    if (value.operation instanceof Operation.Binary && value.input(1).isConstant()) {
      return isConcrete(value.input(0), inner);
    }
    var block = value.block;
    return value.isPhi()
        && block != null
        && block != inner
        && block.order < inner.order
        && block.end instanceof End.Branch branch
        && branch.left() == value
        && isCounted(block);
  }

  /// Whether the value, or what it is computed from, goes up or down by a constant in each round.
  private static boolean counts(Block head, Value value) {
    if (value.operation instanceof Operation.Binary(var operation)
        && operation == AluOperation.ADD
        && value.input(1).isConstant()) {
      return counts(head, value.input(0));
    }
    if (!value.isPhi() || value.block != head) {
      return false;
    }
    boolean steps = false;
    for (int i = 0; i < value.inputs.length; i++) {
      var input = value.input(i);
      if (head.predecessors.get(i).order >= head.order
          || Dominators.dominates(head, head.predecessors.get(i))) {
        if (!(input.operation instanceof Operation.Binary(var operation)
            && operation == AluOperation.ADD
            && input.input(0) == value
            && input.input(1).isConstant())) {
          return false;
        }
        steps = true;
      }
    }
    return steps;
  }
}
