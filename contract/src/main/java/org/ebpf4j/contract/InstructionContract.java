package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.junit.jupiter.api.Test;

/// Each instruction of RFC 9669, with operands at the edges of what numbers may be.
public abstract class InstructionContract {
  private static final int OPCODES = 256;

  /// The kernel whose programs are run.
  protected abstract Kernel open();

  @Test
  void eachInstructionGivesItsResult() {
    var wrong = new ArrayList<String>();
    var cases = InstructionCase.all();
    assertThat(cases).hasSizeGreaterThan(1800);
    try (var kernel = open()) {
      for (var row : cases) {
        var result = run(kernel, row);
        if (result != row.result()) {
          wrong.add(
              row.name()
                  + " = "
                  + Long.toHexString(row.result())
                  + ", but here "
                  + Long.toHexString(result));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static long run(Kernel kernel, InstructionCase row) {
    try (var object = kernel.load(row.object())) {
      var result = object.program("row").run(RunInput.packet(InstructionCase.packet()));
      return ByteBuffer.wrap(result.dataOut()).order(ByteOrder.nativeOrder()).getLong();
    } catch (RuntimeException e) {
      throw new AssertionError(row.name() + ": " + e.getMessage(), e);
    }
  }

  /// Every opcode that means something is in some row; those of Linux alone are not.
  @Test
  void everyOpcodeIsThere() {
    var used = new TreeSet<Integer>();
    for (var row : InstructionCase.all()) {
      var slots = new ArrayList<>(row.instructions());
      slots.addAll(row.function());
      for (int i = 0; i < slots.size(); i++) {
        var opcode = Slot.opcode(slots.get(i));
        used.add(opcode);
        i += opcode == Opcode.LD_IMM64 ? 1 : 0;
      }
    }
    var known = new TreeSet<Integer>();
    for (int opcode = 0; opcode < OPCODES; opcode++) {
      if (isKnown(opcode)) {
        known.add(opcode);
      }
    }
    known.removeAll(List.of(Opcode.JUMP_INDIRECT, Opcode.MAY_GOTO));
    assertThat(used).isEqualTo(known);
  }

  /// Whether an instruction of the opcode can be decoded, with some source, offset and immediate.
  private static boolean isKnown(int opcode) {
    if (opcode == Opcode.LD_IMM64) {
      return true;
    }
    for (int imm : new int[] {0, 1, 16, Opcode.XCHG, Opcode.LOAD_ACQ}) {
      for (int offset : new int[] {0, 8, 1}) {
        var known = new ArrayList<Instruction>();
        Instructions.of(Slot.of(opcode, 0, 0, offset, imm))
            .forEach((slot, instruction) -> known.add(instruction));
        if (!(known.getFirst() instanceof Instruction.Unknown)) {
          return true;
        }
      }
    }
    return false;
  }
}
