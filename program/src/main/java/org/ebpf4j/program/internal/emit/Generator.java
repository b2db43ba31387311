package org.ebpf4j.program.internal.emit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Size;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Features;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.KernelMember;
import org.ebpf4j.program.internal.ir.Refusal;

/// Makes the instructions of a function.
public final class Generator {
  private static final int STACK = 512;
  private static final int MOST_ROUNDS = 40;

  private final Function function;
  private final Selection selection;
  private final List<MachineBlock> blocks = new ArrayList<>();
  private final Set<Integer> unspillable = new HashSet<>();

  private Generator(Function function, Features features, ToIntFunction<KernelMember> offsets) {
    this.function = function;
    this.selection = new Selection(features, offsets);
  }

  /// Makes the instructions of a function.
  ///
  /// @param order its blocks in reverse postorder
  /// @param offsets where the types of the object have a member of the kernel
  public static Code generate(
      Function function,
      List<Block> order,
      Features features,
      ToIntFunction<KernelMember> offsets) {
    var generator = new Generator(function, features, offsets);
    var split = generator.splitEdges(order);
    var depths = depths(order);
    for (var block : split) {
      var machine = generator.selection.block(block, function);
      machine.depth = depths.getOrDefault(block, 0);
      generator.blocks.add(machine);
    }
    var colors = generator.color();
    var code = new Layouter(generator.blocks, colors, function).code(generator.selection.stack);
    if (code.stack() > STACK) {
      throw new Refusal(
              "method "
                  + function.name
                  + " needs "
                  + code.stack()
                  + " bytes of stack, where a program has 512",
              "large objects in an ArrayMap or PerCpuArray with one entry, or a static array")
          .at(
              function.file,
              order.stream()
                  .flatMap(b -> b.values.stream())
                  .mapToInt(v -> v.line)
                  .filter(l -> l > 0)
                  .findFirst()
                  .orElse(0));
    }
    return code;
  }

  /// Ways from a branch to where values meet get blocks of their own; what ends early stands last.
  private List<Block> splitEdges(List<Block> order) {
    var result = new ArrayList<Block>();
    var last = new ArrayList<Block>();
    for (var block : order) {
      (block == function.fault && block.end instanceof End.Return && block != function.entry
              ? last
              : result)
          .add(block);
      if (block.end instanceof End.Branch || block.end instanceof End.MayGoto) {
        for (var next : List.copyOf(block.successors())) {
          if (!next.phis.isEmpty() && next.predecessors.size() > 1) {
            var between = function.block();
            between.end = new End.Goto(next);
            between.line = block.line;
            between.predecessors.add(block);
            block.end = block.end.with(next, between);
            next.predecessors.set(next.predecessors.indexOf(block), between);
            result.add(between);
          }
        }
      }
    }
    result.addAll(last);
    return result;
  }

  /// How many loops each block is in.
  private static Map<Block, Integer> depths(List<Block> order) {
    var depths = new HashMap<Block, Integer>();
    for (var block : order) {
      for (var next : block.successors()) {
        if (next.order >= 0 && block.order >= 0 && next.order <= block.order) {
          var body = new HashSet<Block>();
          var work = new ArrayList<Block>();
          body.add(next);
          work.add(block);
          while (!work.isEmpty()) {
            var at = work.removeLast();
            if (body.add(at)) {
              work.addAll(at.predecessors);
            }
          }
          body.forEach(b -> depths.merge(b, 1, Integer::sum));
        }
      }
    }
    return depths;
  }

  private int[] color() {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      var result = new Coloring(blocks, selection.registerCount(), unspillable).run();
      if (result.spilled().isEmpty()) {
        return result.colors();
      }
      for (int register : result.spilled()) {
        spill(register, result.alias());
      }
    }
    throw new Refusal(
            "method "
                + function.name
                + " has more values at a time than registers can be found for",
            "smaller methods, with @Subprogram")
        .at(function.file, 0);
  }

  private void spill(int register, int[] alias) {
    selection.stack += 8;
    var at = -selection.stack;
    for (var block : blocks) {
      var kept = new ArrayList<MachineOp>();
      for (var op : block.ops) {
        spill(op, register, alias, at, kept);
      }
      block.left = reload(block.left, register, alias, at, kept, block.block.line);
      block.right = reload(block.right, register, alias, at, kept, block.block.line);
      block.ops = kept;
    }
  }

  private static boolean is(int number, int register, int[] alias) {
    if (number < Operands.FIRST || number >= alias.length) {
      return false;
    }
    var root = number;
    while (alias[root] != root) {
      root = alias[root];
    }
    return root == register;
  }

  private int reload(int number, int register, int[] alias, int at, List<MachineOp> out, int line) {
    if (!is(number, register, alias)) {
      return number;
    }
    var fresh = selection.fresh();
    unspillable.add(fresh);
    out.add(
        new MachineOp(
            r -> new Instruction.Load(Size.U64, r.apply(fresh), Register.R10, at),
            fresh,
            new int[0],
            line));
    return fresh;
  }

  private void spill(MachineOp op, int register, int[] alias, int at, List<MachineOp> out) {
    var reads = false;
    for (int number : op.read) {
      reads |= is(number, register, alias);
    }
    var writes = is(op.written, register, alias);
    if (!reads && !writes) {
      out.add(op);
      return;
    }
    var fresh = selection.fresh();
    unspillable.add(fresh);
    if (reads) {
      out.add(
          new MachineOp(
              r -> new Instruction.Load(Size.U64, r.apply(fresh), Register.R10, at),
              fresh,
              new int[0],
              op.line));
    }
    var form = op.form;
    op.form = r -> form.make(n -> is(n, register, alias) ? r.apply(fresh) : r.apply(n));
    op.read = op.read.clone();
    for (int i = 0; i < op.read.length; i++) {
      op.read[i] = is(op.read[i], register, alias) ? fresh : op.read[i];
    }
    if (writes) {
      op.written = fresh;
    }
    out.add(op);
    if (writes) {
      out.add(
          new MachineOp(
              r -> new Instruction.StoreRegister(Size.U64, Register.R10, at, r.apply(fresh)),
              -1,
              new int[] {fresh},
              op.line));
    }
  }
}
