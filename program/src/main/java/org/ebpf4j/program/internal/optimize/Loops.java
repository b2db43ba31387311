package org.ebpf4j.program.internal.optimize;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Dominators;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// Loops whose end is not seen get one: the kernel's `may_goto`, which ends them as an exception.
final class Loops {
  private Loops() {}

  static List<Block> bound(
      Function function, List<Block> blocks, Supplier<Operation.DataAddress> zero) {
    var heads = new LinkedHashSet<Block>();
    for (var block : blocks) {
      for (var next : List.copyOf(block.successors())) {
        if (next.order <= block.order && !isCounted(next)) {
          insert(function, block, next);
          heads.add(next);
        }
      }
    }
    if (heads.isEmpty()) {
      return blocks;
    }
    var order = function.order();
    Cleaning.forgetUnreached(order);
    Dominators.compute(order);
    for (var head : heads) {
      hide(head, zero);
      forget(head, order, zero);
    }
    return order;
  }

  /// A variable that begins with a number that the verifier knows would be counted up by it for as
  /// long as it has patience. So something is added that it does not know to be zero.
  private static void hide(Block head, Supplier<Operation.DataAddress> zero) {
    for (int i = 0; i < head.predecessors.size(); i++) {
      var from = head.predecessors.get(i);
      if (Dominators.dominates(head, from) || from.order < 0) {
        continue;
      }
      Value unknown = null;
      for (var phi : head.phis) {
        var input = phi.input(i);
        if (phi.kind == ValueKind.POINTER || !isBounded(input)) {
          continue;
        }
        if (unknown == null) {
          var address = new Value(zero.get(), ValueKind.POINTER);
          unknown = add(from, new Operation.Load(0, 4, false), ValueKind.INT, address);
        }
        phi.inputs[i] =
            input.isConstant(0)
                ? phi.kind == ValueKind.INT
                    ? unknown
                    : add(from, new Operation.Cut(), ValueKind.LONG, unknown)
                : add(from, new Operation.Binary(AluOperation.ADD), phi.kind, input, unknown);
      }
    }
  }

  /// A variable that is compared with a number is that number on one of the ways, and the verifier
  /// counts it up from there. So it is made unknown again in each round.
  static void forget(Block head, List<Block> blocks, Supplier<Operation.DataAddress> zero) {
    var above = head.dominator;
    if (above == null || above == head) {
      return;
    }
    Value unknown = null;
    for (var phi : List.copyOf(head.phis)) {
      if (phi.kind == ValueKind.POINTER || !isComparedEqual(phi, head, blocks)) {
        continue;
      }
      if (unknown == null) {
        unknown =
            add(
                above,
                new Operation.Load(0, 4, false),
                ValueKind.INT,
                new Value(zero.get(), ValueKind.POINTER));
      }
      var forgotten = new Value(new Operation.Binary(AluOperation.ADD), phi.kind, phi, unknown);
      forgotten.block = head;
      forgotten.line = head.line;
      for (var block : blocks) {
        block.values.forEach(v -> replace(v, phi, forgotten));
        block.end = replaced(block.end, phi, forgotten);
      }
      head.values.addFirst(forgotten);
    }
  }

  private static boolean isComparedEqual(Value phi, Block head, List<Block> blocks) {
    return blocks.stream()
        .filter(b -> b != head && Dominators.dominates(head, b))
        .anyMatch(b ->
            b.end instanceof End.Branch branch
                && (branch.condition() == Condition.EQ || branch.condition() == Condition.NE)
                && (isMadeOf(branch.left(), phi, 0) || isMadeOf(branch.right(), phi, 0)));
  }

  private static boolean isMadeOf(Value value, Value phi, int depth) {
    return value == phi
        || (depth < 4
            && (value.operation.isPure() || value.isPhi())
            && List.of(value.inputs).stream().anyMatch(v -> isMadeOf(v.resolve(), phi, depth + 1)));
  }

  private static Value add(Block block, Operation operation, ValueKind kind, Value... inputs) {
    var value = new Value(operation, kind, inputs);
    value.block = block;
    value.line = block.line;
    block.values.add(value);
    return value;
  }

  /// Whether the verifier may know the number, or bounds of it.
  private static boolean isBounded(Value value) {
    return switch (value.operation) {
      case Operation.Load(_, var bytes, _) ->
          bytes < (value.kind == ValueKind.INT ? 4 : 8) || isOnStack(value.input(0));
      case Operation.KernelLoad(_, var bytes, _) -> bytes < (value.kind == ValueKind.INT ? 4 : 8);
      case Operation.Swap(var bytes) -> bytes < 4;
      case Operation.Atomic _, Operation.HelperCall _, Operation.KfuncCall _ -> false;
      case Operation.Constant _,
          Operation.Parameter _,
          Operation.Phi _,
          Operation.Binary _,
          Operation.Negate _,
          Operation.Extend _,
          Operation.Cut _,
          Operation.Renew _,
          Operation.KernelFact _,
          Operation.Store _,
          Operation.Allocate _,
          Operation.Zero _,
          Operation.Offset _,
          Operation.MapAddress _,
          Operation.DataAddress _,
          Operation.FunctionAddress _,
          Operation.SubprogramCall _,
          Operation.Comparison _,
          Operation.Order _,
          Operation.Known _ ->
          true;
    };
  }

  private static boolean isOnStack(Value pointer) {
    return switch (pointer.operation) {
      case Operation.Allocate _ -> true;
      case Operation.Offset _, Operation.Binary _ -> isOnStack(pointer.input(0));
      default -> false;
    };
  }

  /// Has a value used in place of another one.
  static void replace(Value user, Value old, Value other) {
    for (int i = 0; i < user.inputs.length; i++) {
      user.inputs[i] = user.inputs[i] == old ? other : user.inputs[i];
    }
  }

  static End replaced(End end, Value old, Value other) {
    return end instanceof End.Branch b
        ? new End.Branch(
            b.condition(),
            b.wide(),
            b.left() == old ? other : b.left(),
            b.right() == old ? other : b.right(),
            b.taken(),
            b.otherwise())
        : end;
  }

  private static void insert(Function function, Block from, Block head) {
    var fault = function.releasing(from.held, function.faultBlock(), from.line);
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
            && isConcrete(input.input(1), head))) {
          return false;
        }
        steps = true;
      }
    }
    return steps;
  }
}
