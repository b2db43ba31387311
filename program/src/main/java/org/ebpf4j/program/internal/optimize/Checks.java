package org.ebpf4j.program.internal.optimize;

import java.util.List;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Conditions;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

/// Removes comparisons whose result is known: from a branch that was passed before, or from the
/// range of the numbers.
final class Checks {
  private Checks() {}

  /// Whether something was removed.
  static boolean run(List<Block> blocks) {
    var ranges = new Ranges(blocks);
    boolean changed = false;
    for (var block : blocks) {
      if (block.end instanceof End.Branch branch) {
        var known = known(block, branch);
        if (known == null) {
          known = ranges.decide(block, branch);
        }
        if (known != null) {
          Cleaning.take(block, known);
          changed = true;
        }
      }
    }
    return changed;
  }

  /// The same for references that are compared with null only: what is held where a loop ends is
  /// tested, and verifiers before 5.12 do not see that what was tested before is not null.
  static boolean references(List<Block> blocks) {
    boolean changed = false;
    for (var block : blocks) {
      if (block.end instanceof End.Branch branch
          && branch.left().kind == ValueKind.POINTER
          && branch.right().isConstant(0)) {
        var known = known(block, branch);
        if (known != null) {
          Cleaning.take(block, known);
          changed = true;
        }
      }
    }
    return changed;
  }

  private static @Nullable Boolean known(Block block, End.Branch branch) {
    var at = block;
    while (true) {
      var above = at.dominator;
      if (above == null || above == at) {
        return null;
      }
      var passed = passed(above, at);
      if (passed != null) {
        var result = implied(passed, branch);
        if (result != null) {
          return result;
        }
      }
      at = above;
    }
  }

  /// What is known at a block from the branch at the end of the one that dominates it: the branch
  /// with the condition that holds.
  static End.@Nullable Branch passed(Block above, Block block) {
    if (!(above.end instanceof End.Branch b)
        || b.taken() == b.otherwise()
        || block.predecessors.size() != 1
        || block.predecessors.getFirst() != above) {
      return null;
    }
    return b.taken() == block
        ? b
        : b.otherwise() == block
            ? new End.Branch(
                Conditions.not(b.condition()),
                b.wide(),
                b.left(),
                b.right(),
                b.taken(),
                b.otherwise())
            : null;
  }

  private static @Nullable Boolean implied(End.Branch known, End.Branch asked) {
    if (known.wide() != asked.wide()) {
      return null;
    }
    if (Value.same(known.left(), asked.left()) && Value.same(known.right(), asked.right())) {
      if (known.condition() == asked.condition()) {
        return true;
      }
      if (known.condition() == Conditions.not(asked.condition())) {
        return false;
      }
    }
    return packet(known, asked);
  }

  /// A packet that has so many bytes has fewer, too.
  private static @Nullable Boolean packet(End.Branch known, End.Branch asked) {
    if (known.condition() == Condition.LE
        && known.left().operation instanceof Operation.Offset(var has)
        && asked.left().operation instanceof Operation.Offset(var wanted)
        && known.left().input(0) == asked.left().input(0)
        && known.right() == asked.right()
        && has >= wanted) {
      return switch (asked.condition()) {
        case GT -> false;
        case LE -> true;
        case EQ, NE, SET, GE, LT, SGT, SGE, SLT, SLE -> null;
      };
    }
    return null;
  }
}
