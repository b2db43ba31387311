package org.ebpf4j.program.internal.optimize;

import java.util.List;
import java.util.function.Supplier;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Dominators;
import org.ebpf4j.program.internal.ir.Features;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.Operation;

/// All that is done to a function, in its order.
public final class Optimizer {
  private Optimizer() {}

  /// Improves a function; its blocks in the order in which they are to stand.
  ///
  /// @param zero a variable of the object that is 0, which the verifier does not know
  public static List<Block> run(
      Function function, Features features, Supplier<Operation.DataAddress> zero) {
    var blocks = Cleaning.clean(function);
    Kinds.check(function, blocks);
    Dominators.compute(blocks);
    if (Checks.run(blocks)) {
      blocks = Cleaning.clean(function);
      Dominators.compute(blocks);
    }
    Numbering.run(blocks);
    blocks = Cleaning.clean(function);
    Dominators.compute(blocks);
    if (Checks.run(blocks)) {
      blocks = Cleaning.clean(function);
      Dominators.compute(blocks);
    }
    Narrowing.run(blocks);
    blocks =
        features.mayGoto()
            ? Loops.bound(function, blocks, zero)
            : CountedLoops.bound(function, blocks, zero);
    if (Checks.references(blocks)) {
      blocks = Cleaning.clean(function);
      Dominators.compute(blocks);
    }
    Widths.renew(blocks);
    blocks = Ends.merge(function, blocks);
    Dead.remove(blocks);
    return blocks;
  }
}
