package org.ebpf4j.program.internal.emit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Operand;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.program.internal.emit.Code.Emitted;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.Conditions;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.Refusal;
import org.jspecify.annotations.Nullable;

/// Puts blocks one behind the other, and jumps between them.
final class Layouter {
  private final List<MachineBlock> blocks;
  private final int[] colors;
  private final Function function;
  private final Map<Block, MachineBlock> byBlock = new HashMap<>();
  private final Map<Block, Integer> starts = new HashMap<>();
  private final List<Emitted> out = new ArrayList<>();
  private final List<Fix> fixes = new ArrayList<>();
  private int slot;

  /// A jump whose distance is filled in at the end.
  private record Fix(int index, int slot, Block to) {}

  Layouter(List<MachineBlock> blocks, int[] colors, Function function) {
    this.blocks = blocks;
    this.colors = colors;
    this.function = function;
    blocks.forEach(b -> byBlock.put(b.block, b));
  }

  Code code(int stack) {
    for (var block : blocks) {
      block.ops = new ArrayList<>(block.ops);
      block.ops.removeIf(op -> op.isMove && colors[op.written] == colors[op.read[0]]);
    }
    var order = new ArrayList<MachineBlock>();
    for (var block : blocks) {
      if (target(block.block) == block.block) {
        order.add(block);
      }
    }
    IntFunction<Register> registers = number -> Register.of(colors[number]);
    for (int i = 0; i < order.size(); i++) {
      var block = order.get(i);
      starts.put(block.block, slot);
      for (var op : block.ops) {
        add(op.form.make(registers), op.reference, op.line);
      }
      end(block, i + 1 < order.size() ? order.get(i + 1).block : null, registers);
    }
    fix();
    return new Code(List.copyOf(out), slot, stack);
  }

  private void add(Instruction instruction, Reference reference, int line) {
    out.add(new Emitted(instruction, reference, line));
    slot += instruction.slots();
  }

  /// Where a jump to a block goes, past blocks that only go on.
  private Block target(Block block) {
    var at = block;
    for (int i = 0; i < blocks.size(); i++) {
      var machine = byBlock.get(at);
      if (machine == null || !machine.ops.isEmpty() || !(at.end instanceof End.Goto(var to))) {
        return at;
      }
      at = to;
    }
    return at;
  }

  private void jump(Instruction instruction, Block to, int line) {
    fixes.add(new Fix(out.size(), slot, to));
    add(instruction, Reference.NONE, line);
  }

  private void end(
      MachineBlock machine, @Nullable Block following, IntFunction<Register> registers) {
    var line = machine.block.line;
    switch (machine.block.end) {
      case End.Return _ -> add(new Instruction.Exit(), Reference.NONE, line);
      case End.Goto(var to) -> goOn(target(to), following, line);
      case End.MayGoto m -> {
        jump(new Instruction.Jump.MayGoto(0), target(m.exhausted()), line);
        goOn(target(m.next()), following, line);
      }
      case End.Branch b -> branch(machine, b, following, registers);
      case End.Open _ -> throw new IllegalStateException("a block without an end");
    }
  }

  private void goOn(Block to, @Nullable Block following, int line) {
    if (to != following) {
      jump(new Instruction.Jump.Goto(0), to, line);
    }
  }

  private void branch(
      MachineBlock machine,
      End.Branch branch,
      @Nullable Block following,
      IntFunction<Register> registers) {
    var line = machine.block.line;
    var yes = target(branch.taken());
    var no = target(branch.otherwise());
    Condition condition = branch.condition();
    if (yes == following) {
      var other = yes;
      yes = no;
      no = other;
      condition = Conditions.not(condition);
    }
    if (yes != no) {
      Operand right =
          machine.right < 0
              ? new Immediate((int) branch.right().number())
              : registers.apply(machine.right);
      jump(
          new Instruction.JumpIf(
              condition,
              branch.wide() ? Width.W64 : Width.W32,
              registers.apply(machine.left),
              right,
              0),
          yes,
          line);
    }
    goOn(no, following, line);
  }

  private void fix() {
    for (var fix : fixes) {
      var start = starts.get(fix.to);
      if (start == null) {
        throw new IllegalStateException("a jump to a block that is not there");
      }
      var by = start - fix.slot - 1;
      if (by != (short) by) {
        throw new Refusal(
                "method " + function.name + " is too long for its jumps",
                "smaller methods, with @Subprogram")
            .at(function.file, 0);
      }
      var old = out.get(fix.index);
      var instruction =
          switch (old.instruction()) {
            case Instruction.JumpIf j ->
                new Instruction.JumpIf(j.condition(), j.width(), j.left(), j.right(), by);
            case Instruction.Jump.MayGoto _ -> new Instruction.Jump.MayGoto(by);
            default -> new Instruction.Jump.Goto(by);
          };
      out.set(fix.index, new Emitted(instruction, old.reference(), old.line()));
    }
  }
}
