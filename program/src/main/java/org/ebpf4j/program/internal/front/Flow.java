package org.ebpf4j.program.internal.front;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Conditions;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Features;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;
import org.jspecify.annotations.Nullable;

/// A function while it is read: the block where the next value goes, and the variables of Java as
/// values (Braun et al., Simple and Efficient Construction of Static Single Assignment Form, 2013).
final class Flow {
  /// What is known of a block while blocks before it are still read.
  private static final class State {
    final Map<Integer, Value> variables = new HashMap<>();
    final Map<Integer, Value> incomplete = new LinkedHashMap<>();
    boolean sealed = true;
    int expected;

    /// The variables that its loop sets, where it is the head of one.
    @Nullable Set<Integer> loopStores;
  }

  final Function function;
  final Features features;
  final Faults faults = new Faults(this);
  int line;
  Block current;
  private final Map<Block, State> states = new HashMap<>();

  Flow(Function function, Features features) {
    this.function = function;
    this.features = features;
    this.current = function.entry;
  }

  // Values

  Value add(Value value) {
    value.line = line;
    value.block = current;
    current.values.add(value);
    return value;
  }

  Value add(Operation operation, ValueKind kind, Value... inputs) {
    return add(new Value(operation, kind, inputs));
  }

  static Value number(int value) {
    return Value.constant(ValueKind.INT, value);
  }

  static Value constant(ValueKind kind, long value) {
    return Value.constant(kind, value);
  }

  Value load(Value base, int offset, int bytes, boolean signed, ValueKind kind) {
    return add(new Operation.Load(offset, bytes, signed), kind, base);
  }

  void store(Value base, int offset, int bytes, Value value) {
    add(new Operation.Store(offset, bytes), ValueKind.NOTHING, base, value);
  }

  /// Room on the stack for an object of a class.
  Value allocate(int bytes, Class<?> type, boolean zeroed) {
    var room = add(new Operation.Allocate(bytes, function.allocation()), ValueKind.POINTER);
    room.type = type;
    if (zeroed) {
      add(new Operation.Zero(bytes), ValueKind.NOTHING, room);
    }
    return room;
  }

  Value pointer(Value base, long bytes, @Nullable Class<?> type, int length) {
    var value = add(new Operation.Offset(bytes), ValueKind.POINTER, base);
    value.type = type;
    value.length = length;
    value.untrusted = base.untrusted;
    return value;
  }

  // Control

  Block fresh() {
    return function.block();
  }

  private State state(Block block) {
    return states.computeIfAbsent(block, _ -> new State());
  }

  /// A block that so many others will lead to, for a loop with what the loop sets.
  Block awaited(int predecessors, @Nullable Set<Integer> loopStores) {
    var block = fresh();
    var state = state(block);
    state.sealed = predecessors == 0;
    state.expected = predecessors;
    state.loopStores = loopStores;
    return block;
  }

  /// All blocks that lead there are known now.
  void seal(Block block) {
    var state = state(block);
    state.expected = block.predecessors.size();
    sealWhenComplete(block, state);
  }

  /// One block less leads there than was thought.
  void unexpect(Block block) {
    var state = state(block);
    state.expected--;
    sealWhenComplete(block, state);
  }

  private void sealWhenComplete(Block block, State state) {
    if (!state.sealed && block.predecessors.size() >= state.expected) {
      state.sealed = true;
      state.incomplete.forEach((variable, phi) -> operands(variable, phi));
      state.incomplete.clear();
    }
  }

  void end(End how) {
    current.end(how, line);
    for (var next : how.successors()) {
      sealWhenComplete(next, state(next));
    }
  }

  void go(Block to) {
    end(new End.Goto(to));
  }

  void branch(
      Condition condition, boolean wide, Value left, Value right, Block taken, Block otherwise) {
    if (left.isConstant() && !right.isConstant()) {
      end(new End.Branch(Conditions.swapped(condition), wide, right, left, taken, otherwise));
    } else {
      end(new End.Branch(condition, wide, left, right, taken, otherwise));
    }
  }

  /// An exception where the comparison holds.
  void faultIf(Condition condition, boolean wide, Value left, Value right, Class<?> exception) {
    faultIf(condition, wide, left, right, Set.of(exception));
  }

  /// An exception of one of these classes where the comparison holds.
  void faultIf(
      Condition condition, boolean wide, Value left, Value right, Set<Class<?>> exceptions) {
    if (left.isConstant() && right.isConstant()) {
      if (!Conditions.holds(condition, wide, left.number(), right.number())) {
        return;
      }
    }
    var next = fresh();
    branch(condition, wide, left, right, faults.target(exceptions), next);
    current = next;
  }

  void nonNull(Value pointer) {
    if (pointer.kind == ValueKind.POINTER && mayBeNull(pointer)) {
      faultIf(
          Condition.EQ, true, pointer, constant(ValueKind.POINTER, 0), NullPointerException.class);
    }
  }

  static boolean mayBeNull(Value pointer) {
    return switch (pointer.operation) {
      case Operation.Constant _, Operation.Phi _ -> true;
      case Operation.Load _, Operation.KernelLoad _ -> pointer.nullable;
      case Operation.HelperCall _, Operation.SubprogramCall _, Operation.KfuncCall _ ->
          pointer.nullable;
      case Operation.Offset _ -> mayBeNull(pointer.input(0));
      case Operation.Parameter _ -> pointer.nullable;
      case Operation.Binary _,
          Operation.Negate _,
          Operation.Extend _,
          Operation.Cut _,
          Operation.Renew _,
          Operation.Swap _,
          Operation.KernelFact _,
          Operation.Store _,
          Operation.Atomic _,
          Operation.Allocate _,
          Operation.Zero _,
          Operation.MapAddress _,
          Operation.DataAddress _,
          Operation.FunctionAddress _,
          Operation.Comparison _,
          Operation.Order _,
          Operation.Known _ ->
          false;
    };
  }

  // Numbers that comparisons come to

  /// The value as a number: where it is a comparison, 0 and 1 or −1, 0 and 1 are chosen.
  Value plain(Value value) {
    return switch (value.operation) {
      case Operation.Comparison(var condition, var wide) ->
          choose(condition, wide, value.input(0), value.input(1), number(1), number(0));
      case Operation.Order(var wide, var signed) -> {
        var less = signed ? Condition.SLT : Condition.LT;
        var a = value.input(0);
        var b = value.input(1);
        var notLess = choose(Condition.EQ, wide, a, b, number(0), number(1));
        yield choose(less, wide, a, b, number(-1), notLess);
      }
      default -> value;
    };
  }

  Value choose(Condition condition, boolean wide, Value left, Value right, Value yes, Value no) {
    var taken = fresh();
    var otherwise = fresh();
    var join = awaited(2, null);
    branch(condition, wide, left, right, taken, otherwise);
    current = taken;
    go(join);
    current = otherwise;
    go(join);
    current = join;
    var phi = new Value(new Operation.Phi(), yes.kind, yes, no);
    phi.block = join;
    join.phis.add(phi);
    return phi;
  }

  Value binary(AluOperation operation, ValueKind kind, Value a, Value b) {
    return Arithmetic.binary(this, operation, kind, a, b);
  }

  // Variables

  void write(int variable, Value value) {
    state(current).variables.put(variable, value);
  }

  Value read(int variable, ValueKind kind) {
    return read(variable, kind, current);
  }

  private Value read(int variable, ValueKind kind, Block block) {
    var state = state(block);
    var known = state.variables.get(variable);
    if (known != null) {
      return known.resolve();
    }
    Value value;
    if (!state.sealed) {
      var stores = state.loopStores;
      if (stores != null && !stores.contains(variable) && block.predecessors.size() == 1) {
        value = read(variable, kind, block.predecessors.getFirst());
      } else {
        value = phi(block, kind);
        state.incomplete.put(variable, value);
        state.variables.put(variable, value);
        if (!block.predecessors.isEmpty()) {
          describe(value, read(variable, kind, block.predecessors.getFirst()));
        }
      }
    } else if (block.predecessors.isEmpty()) {
      // Nobody gets here, or nobody reads it after this: the JVM's verifier has seen to that.
      value = constant(kind, 0);
    } else if (block.predecessors.size() == 1) {
      value = read(variable, kind, block.predecessors.getFirst());
    } else {
      value = phi(block, kind);
      state.variables.put(variable, value);
      value = operands(variable, value);
    }
    state.variables.put(variable, value);
    return value;
  }

  private static Value phi(Block block, ValueKind kind) {
    var phi = new Value(new Operation.Phi(), kind);
    phi.block = block;
    block.phis.add(phi);
    return phi;
  }

  private Value operands(int variable, Value phi) {
    var block = block(phi);
    var inputs = new Value[block.predecessors.size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = read(variable, phi.kind, block.predecessors.get(i));
    }
    phi.inputs = inputs;
    for (var input : inputs) {
      if (input.resolve() != phi) {
        describe(phi, input.resolve());
      }
    }
    return withoutTrivial(phi);
  }

  private static Block block(Value value) {
    var block = value.block;
    if (block == null) {
      throw new IllegalStateException("a value in no block: " + value);
    }
    return block;
  }

  private static void describe(Value phi, Value from) {
    if (from.type != null && (phi.type == null || phi.length < 0)) {
      phi.type = from.type;
      phi.length = from.length;
    }
    phi.untrusted |= from.untrusted;
    phi.map = phi.map == null ? from.map : phi.map;
    if (from.type != null && from.type.isEnum()) {
      phi.kind = ValueKind.INT;
    }
  }

  private static Value withoutTrivial(Value phi) {
    Value same = null;
    for (var input : phi.inputs) {
      var value = input.resolve();
      if (value == phi || (same != null && Value.same(value, same))) {
        continue;
      }
      if (same != null) {
        return phi;
      }
      same = value;
    }
    if (same == null) {
      return phi;
    }
    phi.replaceBy(same);
    block(phi).phis.remove(phi);
    return same;
  }
}
