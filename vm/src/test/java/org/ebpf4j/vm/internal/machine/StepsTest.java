package org.ebpf4j.vm.internal.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.compiler.ProgramCompiler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How instructions are counted, one by one.
class StepsTest {
  /// A loop with all that moves the next instruction: jumps both ways, taken and not, to the next
  /// and far ones, loads of two slots, calls of both kinds.
  private static final Instructions PROGRAM =
      Instructions.of(
          Slot.of(Opcode.MOV64_IMM, 6, 0, 0, 3),
          Slot.of(Opcode.LD_IMM64, 7, 0, 0, 5),
          0,
          Slot.of(Opcode.CALL, 0, 0, 0, 5),
          Slot.of(Opcode.CALL, 0, Opcode.PSEUDO_CALL, 0, 8),
          Slot.of(Opcode.JMP | Opcode.JEQ | Opcode.K, 6, 0, 2, 2),
          Slot.of(Opcode.JUMP, 0, 0, 0, 0),
          Slot.of(Opcode.JMP | Opcode.JSET | Opcode.K, 7, 0, 1, 2),
          Slot.of(Opcode.JUMP_LONG, 0, 0, 0, 0),
          Slot.of(Opcode.ALU64 | Opcode.SUB | Opcode.K, 6, 0, 0, 1),
          Slot.of(Opcode.JMP | Opcode.JNE | Opcode.K, 6, 0, -10, 0),
          Slot.of(Opcode.MOV64_IMM, 0, 0, 0, 9),
          Slot.of(Opcode.EXIT, 0, 0, 0, 0),
          Slot.of(Opcode.JMP | Opcode.JNE | Opcode.K, 7, 0, 0, 5),
          Slot.of(Opcode.MAY_GOTO, 0, 0, 1, 0),
          Slot.of(Opcode.MOV64_IMM, 0, 0, 0, 4),
          Slot.of(Opcode.EXIT, 0, 0, 0, 0));

  /// A loop of one block with a step that is not constant, which is compiled as several rounds.
  private static final Instructions LOOP =
      Instructions.of(
          Slot.of(Opcode.MOV64_IMM, 6, 0, 0, 0),
          Slot.of(Opcode.MOV64_REG, 7, 1, 0, 0),
          Slot.of(Opcode.ALU64 | Opcode.ADD | Opcode.X, 6, 7, 0, 0),
          Slot.of(Opcode.LD_IMM64, 0, 0, 0, 9),
          0,
          Slot.of(Opcode.JMP | Opcode.JLT | Opcode.K, 6, 0, -4, 11),
          Slot.of(Opcode.EXIT, 0, 0, 0, 0));

  private static long run(
      Instructions program, long steps, boolean compiled, @Nullable StepListener listener) {
    var memory = new Memory();
    var code = new Code("test", program);
    if (compiled) {
      code.setCompiler(new ProgramCompiler(), 0);
    }
    program.forEach((slot, instruction) -> {
      if (instruction instanceof Instruction.Call.Helper) {
        code.setCall(slot, (run, a, b, c, d, e) -> a);
      }
    });
    memory.add(code.place());
    var stack = Run.newStack(false);
    memory.add(stack);
    var run = new Run(memory, stack, 0, memory, steps, listener);
    long result = Interpreter.execute(run, code, 0, 1, 0, 0, 0, 0);
    assertThat(result).isEqualTo(9);
    return run.stepsLeft();
  }

  private static List<Integer> all(Instructions program) {
    var slots = new ArrayList<Integer>();
    run(program, 1_000, false, (code, slot, registers) -> slots.add(slot));
    return slots;
  }

  @Test
  void aListenerIsToldOfEachInstruction() {
    assertThat(all(PROGRAM))
        .containsSubsequence(0, 1, 3, 4, 13, 14, 15, 16, 5, 6, 7, 8, 9, 10, 1, 3, 4, 13)
        .endsWith(9, 10, 11, 12)
        .hasSize(1 + 13 + 11 + 13 + 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunEndsAtTheInstructionThatIsOneTooMany(boolean compiled) {
    for (var program : List.of(PROGRAM, LOOP)) {
      var all = all(program);
      assertThat(run(program, 1_000, compiled, null)).isEqualTo(1_000 - all.size());
      assertThat(run(program, all.size(), compiled, null)).isZero();
      for (int steps = 0; steps < all.size(); steps++) {
        int most = steps;
        assertThatThrownBy(() -> run(program, most, compiled, null))
            .isInstanceOfSatisfying(
                Fault.class, fault -> assertThat(fault.slot()).isEqualTo(all.get(most)));
        assertThatThrownBy(() -> run(program, most, false, (code, slot, registers) -> {}))
            .isInstanceOfSatisfying(
                Fault.class, fault -> assertThat(fault.slot()).isEqualTo(all.get(most)));
      }
    }
  }
}
