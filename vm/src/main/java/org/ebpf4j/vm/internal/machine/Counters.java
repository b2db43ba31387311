package org.ebpf4j.vm.internal.machine;

import java.util.concurrent.atomic.AtomicLongArray;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;

/// How often each instruction of a program was executed, and how often each conditional jump went
/// which way. Any thread may count.
public final class Counters {
  private final boolean[] conditional;
  private final AtomicLongArray executed;
  private final AtomicLongArray jumped;
  private final AtomicLongArray passed;

  /// Counters for these instructions, all zero.
  public Counters(Instructions instructions) {
    var slots = instructions.toSlots().length;
    conditional = new boolean[slots];
    executed = new AtomicLongArray(slots);
    jumped = new AtomicLongArray(slots);
    passed = new AtomicLongArray(slots);
    instructions.forEach((slot, instruction) ->
        conditional[slot] = instruction instanceof Instruction.JumpIf jump && jump.offset() != 0);
  }

  /// Whether an instruction goes one of two ways.
  boolean isConditional(int slot) {
    return conditional[slot];
  }

  void execute(int slot) {
    executed.getAndIncrement(slot);
  }

  void jump(int slot) {
    jumped.getAndIncrement(slot);
  }

  void pass(int slot) {
    passed.getAndIncrement(slot);
  }

  /// How often each instruction was executed, by slot.
  public long[] executed() {
    return copy(executed);
  }

  /// How often each conditional jump went to its target, by slot.
  public long[] jumped() {
    return copy(jumped);
  }

  /// How often each conditional jump went on at the next instruction, by slot.
  public long[] passed() {
    return copy(passed);
  }

  private static long[] copy(AtomicLongArray counts) {
    var copy = new long[counts.length()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = counts.get(i);
    }
    return copy;
  }
}
