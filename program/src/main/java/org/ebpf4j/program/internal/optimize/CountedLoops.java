package org.ebpf4j.program.internal.optimize;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

/// Loops whose end is not seen get one for kernels without `may_goto`: a number of rounds, after
/// which they end as an exception. The verifier walks through all of them, so there are as many as
/// it has patience for.
final class CountedLoops {
  /// What the verifier may walk through: values, and branches that it comes back to.
  private static final double VALUES = 40_000;

  private static final double BRANCHES = 1024;
  private static final int FEWEST = 8;

  private CountedLoops() {}

  static List<Block> bound(
      Function function, List<Block> blocks, Supplier<Operation.DataAddress> zero) {
    var ends = new LinkedHashMap<Block, List<Block>>();
    for (var block : blocks) {
      for (var next : block.successors()) {
        if (next.order <= block.order && !Loops.isCounted(next)) {
          ends.computeIfAbsent(next, _ -> new ArrayList<>()).add(block);
        }
      }
    }
    if (ends.isEmpty()) {
      return blocks;
    }
    var bodies = new LinkedHashMap<Block, Set<Block>>();
    ends.forEach((head, from) -> bodies.put(head, body(head, from)));
    var rounds = rounds(bodies);
    ends.forEach((head, from) -> count(function, head, Set.copyOf(from), rounds));
    var order = function.order();
    Cleaning.forgetUnreached(order);
    Dominators.compute(order);
    // Ways through a round that differ in what the verifier knows of a variable would be walked
    // through to the end, each of them.
    for (var head : ends.keySet()) {
      Loops.forget(head, order, zero);
    }
    return order;
  }

  private static Set<Block> body(Block head, List<Block> ends) {
    var body = new HashSet<Block>();
    body.add(head);
    var work = new ArrayDeque<>(ends);
    while (!work.isEmpty()) {
      var block = work.remove();
      if (body.add(block)) {
        work.addAll(block.predecessors);
      }
    }
    return body;
  }

  /// How many rounds each loop may have, where those in it have as many.
  private static int rounds(Map<Block, Set<Block>> bodies) {
    double fewest = VALUES;
    for (var body : bodies.values()) {
      int values = 1;
      int branches = 1;
      for (var block : body) {
        values += block.values.size() + block.phis.size() + 1;
        branches += block.end instanceof End.Branch ? 1 : 0;
      }
      var depth = bodies.keySet().stream().filter(body::contains).count();
      var most = Math.min(VALUES / values, BRANCHES / branches);
      fewest = Math.min(fewest, Math.pow(most, 1.0 / depth));
    }
    return Math.max(FEWEST, (int) fewest);
  }

  private static void count(Function function, Block head, Set<Block> ends, int rounds) {
    var counter = new Value(new Operation.Phi(), ValueKind.INT);
    counter.block = head;
    counter.line = head.line;
    var inputs = new Value[head.predecessors.size()];
    for (int i = 0; i < inputs.length; i++) {
      var from = head.predecessors.get(i);
      inputs[i] = Value.constant(ValueKind.INT, 0);
      if (ends.contains(from)) {
        var test = function.block();
        var next =
            new Value(
                new Operation.Binary(AluOperation.ADD),
                ValueKind.INT,
                counter,
                Value.constant(ValueKind.INT, 1));
        next.block = test;
        next.line = from.line;
        test.values.add(next);
        var fault = function.releasing(from.held, function.faultBlock(), from.line);
        test.end =
            new End.Branch(
                Condition.SGE, false, next, Value.constant(ValueKind.INT, rounds), fault, head);
        test.line = from.line;
        test.predecessors.add(from);
        fault.predecessors.add(test);
        from.end = from.end.with(head, test);
        head.predecessors.set(i, test);
        inputs[i] = next;
      }
    }
    counter.inputs = inputs;
    head.phis.add(counter);
  }
}
