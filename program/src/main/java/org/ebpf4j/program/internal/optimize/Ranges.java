package org.ebpf4j.program.internal.optimize;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Conditions;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

/// The ranges of numbers at a block: from what they are computed by, and from the branches that
/// every path to the block has passed.
///
/// Of a variable of a loop, only what the verifier sees as well is concluded: that of a counted
/// loop, through which it walks.
final class Ranges {
  private static final int DEEPEST = 12;

  private final Map<Value, Range> assumed = new HashMap<>();

  private record Place(Value value, Block block) {}

  private final Map<Place, Range> known = new HashMap<>();

  Ranges(List<Block> blocks) {
    // Dominators and orders of the blocks are used as they stand.
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("no blocks");
    }
  }

  /// Whether a branch is always taken or never; null where that depends.
  @Nullable Boolean decide(Block block, End.Branch branch) {
    var kind = branch.wide() ? ValueKind.LONG : ValueKind.INT;
    if (branch.left().kind != kind || branch.right().kind != kind) {
      return null;
    }
    var left = at(branch.left(), block, 0);
    var right = at(branch.right(), block, 0);
    if (left.isEmpty() || right.isEmpty()) {
      return null;
    }
    return switch (branch.condition()) {
      case EQ, NE -> {
        var apart = left.high() < right.low() || right.high() < left.low();
        yield apart ? branch.condition() == Condition.NE : null;
      }
      case SLT -> less(left, right);
      case SGE -> not(less(left, right));
      case SGT -> less(right, left);
      case SLE -> not(less(right, left));
      case LT -> lessUnsigned(left, right);
      case GE -> not(lessUnsigned(left, right));
      case GT -> lessUnsigned(right, left);
      case LE -> not(lessUnsigned(right, left));
      case SET -> null;
    };
  }

  private static @Nullable Boolean not(@Nullable Boolean value) {
    return value == null ? null : !value;
  }

  private static @Nullable Boolean less(Range a, Range b) {
    return a.high() < b.low() ? Boolean.TRUE : a.low() >= b.high() ? Boolean.FALSE : null;
  }

  private static @Nullable Boolean lessUnsigned(Range a, Range b) {
    if (a.isNatural() && b.isNatural()) {
      return less(a, b);
    }
    if (a.high() < 0 && b.isNatural()) {
      return false;
    }
    return (a.isNatural() && b.high() < 0) ? Boolean.TRUE : null;
  }

  private Range at(Value value, Block block, int depth) {
    if (value.isConstant()) {
      return Range.exactly(value.number());
    }
    if (depth > DEEPEST) {
      return Range.of(value.kind);
    }
    var place = new Place(value, block);
    if (assumed.isEmpty()) {
      var done = known.get(place);
      if (done != null) {
        return done;
      }
    }
    var range = refined(value, block, made(value, block, depth), depth);
    if (assumed.isEmpty() && depth == 0) {
      known.put(place, range);
    }
    return range;
  }

  private Range refined(Value value, Block block, Range range, int depth) {
    var result = range;
    var at = block;
    while (true) {
      var above = at.dominator;
      if (above == null || above == at) {
        return result;
      }
      var passed = Checks.passed(above, at);
      if (passed != null) {
        result = refined(value, passed, above, result, depth);
      }
      at = above;
    }
  }

  private Range refined(Value value, End.Branch passed, Block at, Range range, int depth) {
    var kind = passed.wide() ? ValueKind.LONG : ValueKind.INT;
    if (passed.left().kind != kind || passed.right().kind != kind || value.kind != kind) {
      return range;
    }
    if (passed.left() == value) {
      return range.where(passed.condition(), at(passed.right(), at, depth + 1));
    }
    if (passed.right() == value) {
      return range.where(Conditions.swapped(passed.condition()), at(passed.left(), at, depth + 1));
    }
    return range;
  }

  private Range made(Value value, Block block, int depth) {
    return switch (value.operation) {
      case Operation.Constant(var number) -> Range.exactly(number);
      case Operation.Load(_, var bytes, var signed) -> Range.ofBytes(bytes, signed, value.kind);
      case Operation.KernelLoad(_, var bytes, var signed) ->
          Range.ofBytes(bytes, signed, value.kind);
      case Operation.Binary(var operation) -> binary(value, operation, block, depth);
      case Operation.Extend(var bytes) -> {
        var whole = at(value.input(0), block, depth + 1);
        var part = Range.ofBytes(bytes, true, value.kind);
        yield part.contains(whole) ? whole : part.and(Range.of(value.kind));
      }
      case Operation.Cut _ -> {
        var whole = at(value.input(0), block, depth + 1);
        yield value.kind == ValueKind.INT
            ? Range.of(ValueKind.INT).contains(whole) ? whole : Range.of(ValueKind.INT)
            : whole.isNatural() ? whole : new Range(0, 0xffff_ffffL);
      }
      case Operation.Swap(var bytes) -> Range.ofBytes(bytes, false, value.kind);
      case Operation.Phi _ -> phi(value, depth);
      case Operation.Renew _ -> at(value.input(0), block, depth + 1);
      case Operation.Negate _,
          Operation.Parameter _,
          Operation.KernelFact _,
          Operation.Store _,
          Operation.Atomic _,
          Operation.Allocate _,
          Operation.Zero _,
          Operation.Offset _,
          Operation.MapAddress _,
          Operation.DataAddress _,
          Operation.FunctionAddress _,
          Operation.HelperCall _,
          Operation.SubprogramCall _,
          Operation.KfuncCall _,
          Operation.Comparison _,
          Operation.Order _,
          Operation.Known _ ->
          Range.of(value.kind);
    };
  }

  private Range binary(Value value, AluOperation operation, Block block, int depth) {
    var all = Range.of(value.kind);
    if (value.kind == ValueKind.POINTER || value.input(0).kind == ValueKind.POINTER) {
      return all;
    }
    var a = at(value.input(0), block, depth + 1);
    var b = at(value.input(1), block, depth + 1);
    if (a.isEmpty() || b.isEmpty()) {
      return all;
    }
    var constant = b.low() == b.high();
    try {
      var range =
          switch (operation) {
            case ADD ->
                new Range(Math.addExact(a.low(), b.low()), Math.addExact(a.high(), b.high()));
            case SUB ->
                new Range(
                    Math.subtractExact(a.low(), b.high()), Math.subtractExact(a.high(), b.low()));
            case MUL ->
                a.isNatural() && b.isNatural()
                    ? new Range(
                        Math.multiplyExact(a.low(), b.low()),
                        Math.multiplyExact(a.high(), b.high()))
                    : all;
            case AND ->
                b.isNatural()
                    ? new Range(0, a.isNatural() ? Math.min(a.high(), b.high()) : b.high())
                    : a.isNatural() ? new Range(0, a.high()) : all;
            case OR, XOR ->
                a.isNatural() && b.isNatural()
                    ? new Range(0, (Long.highestOneBit(a.high() | b.high() | 1) << 1) - 1)
                    : all;
            case LSH ->
                constant && a.isNatural() && b.low() < 31
                    ? new Range(
                        Math.multiplyExact(a.low(), 1L << b.low()),
                        Math.multiplyExact(a.high(), 1L << b.low()))
                    : all;
            case RSH -> right(a, b, value.kind);
            case ARSH -> constant ? new Range(a.low() >> b.low(), a.high() >> b.low()) : all;
            case DIV, MOD, SDIV, SMOD -> all; // Verifiers before 7.0 know nothing of these.
          };
      return all.contains(range) ? range : all;
    } catch (ArithmeticException _) {
      return all;
    }
  }

  private static Range right(Range a, Range by, ValueKind kind) {
    if (by.low() != by.high() || by.low() <= 0) {
      return a.isNatural() ? new Range(0, a.high()) : Range.of(kind);
    }
    if (a.isNatural()) {
      return new Range(a.low() >> by.low(), a.high() >> by.low());
    }
    return new Range(
        0, kind == ValueKind.INT ? 0xffff_ffffL >>> by.low() : Long.MAX_VALUE >>> (by.low() - 1));
  }

  private Range phi(Value phi, int depth) {
    var assumption = assumed.get(phi);
    if (assumption != null) {
      return assumption;
    }
    var block = phi.block;
    var all = Range.of(phi.kind);
    if (block == null || phi.kind == ValueKind.POINTER) {
      return all;
    }
    Range first = null;
    boolean loop = false;
    for (int i = 0; i < phi.inputs.length; i++) {
      if (block.predecessors.get(i).order >= block.order) {
        loop = true;
      } else {
        var range = incoming(phi, i, depth);
        first = first == null ? range : first.or(range);
      }
    }
    if (first == null) {
      return all;
    }
    if (!loop) {
      return first;
    }
    if (!Loops.isCounted(block)) {
      return all;
    }
    var low = new Range(first.low(), all.high());
    var high = new Range(all.low(), first.high());
    return (holds(phi, low, depth) ? low : all).and(holds(phi, high, depth) ? high : all);
  }

  /// Whether a range that holds in one round of a loop holds in the next.
  private boolean holds(Value phi, Range range, int depth) {
    var block = phi.block;
    if (block == null) {
      return false;
    }
    assumed.put(phi, range);
    try {
      for (int i = 0; i < phi.inputs.length; i++) {
        if (block.predecessors.get(i).order >= block.order
            && !range.contains(incoming(phi, i, depth))) {
          return false;
        }
      }
      return true;
    } finally {
      assumed.remove(phi);
    }
  }

  /// The range of a phi's input where its block is entered from a predecessor.
  private Range incoming(Value phi, int index, int depth) {
    var block = phi.block;
    if (block == null) {
      return Range.of(phi.kind);
    }
    var from = block.predecessors.get(index);
    var input = phi.input(index);
    var range = at(input, from, depth + 1);
    if (from.end instanceof End.Branch b && b.taken() != b.otherwise()) {
      var condition = b.taken() == block ? b.condition() : Conditions.not(b.condition());
      var passed =
          new End.Branch(condition, b.wide(), b.left(), b.right(), b.taken(), b.otherwise());
      range = refined(input, passed, from, range, depth);
    }
    return range.isEmpty() ? Range.of(phi.kind) : range;
  }
}
