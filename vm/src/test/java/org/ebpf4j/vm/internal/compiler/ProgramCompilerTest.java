package org.ebpf4j.vm.internal.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Memory;
import org.junit.jupiter.api.Test;

/// What the classes of programs are like.
class ProgramCompilerTest {
  private static final int HUGE = 8_000;

  private static Code code(int size, IntToLongFunction slot) {
    var slots = new long[size + 1];
    for (int i = 0; i < size; i++) {
      slots[i] = slot.applyAsLong(i);
    }
    slots[size] = Slot.of(Opcode.EXIT, 0, 0, 0, 0);
    var code = new Code("large", Instructions.of(slots));
    for (int i = 0; i < size; i++) {
      if (Slot.opcode(slots[i]) == Opcode.CALL) {
        code.setCall(i, (run, a, b, c, d, e) -> a);
      }
    }
    return code;
  }

  private static int largest(Code code) {
    return ProgramCode.largest(ProgramCode.make(code, new Memory()).bytes());
  }

  @Test
  void noMethodIsTooLargeForHotSpot() {
    assertThat(largest(code(2_000, _ -> Slot.of(Opcode.CALL, 0, 0, 0, 1))))
        .isBetween(HUGE / 4, HUGE - 1);
    assertThat(
            largest(
                code(
                    5_000,
                    i -> Slot.of(Opcode.LDX | Opcode.MEM | Opcode.DW, i % 6, 1, i % 200, 0))))
        .isBetween(HUGE / 4, HUGE - 1);
    var random = new SplittableRandom(1);
    assertThat(
            largest(
                code(
                    5_000,
                    i ->
                        i % 5 == 0 && i < 4_900
                            ? Slot.of(
                                Opcode.JMP | Opcode.JGT,
                                random.nextInt(6),
                                0,
                                random.nextInt(90),
                                i)
                            : Slot.of(
                                Opcode.ALU | Opcode.ADD | Opcode.X,
                                random.nextInt(6),
                                random.nextInt(6),
                                0,
                                0))))
        .isBetween(HUGE / 4, HUGE - 1);
  }

  @Test
  void veryLargeProgramsStayWithTheInterpreter() {
    var code = code(30_001, _ -> Slot.of(Opcode.MOV64_IMM, 0, 0, 0, 1));

    assertThat(new ProgramCompiler().compile(code, new Memory())).isNull();
  }

  private static WeakReference<Class<?>> used() {
    var code = code(10, _ -> Slot.of(Opcode.MOV64_IMM, 0, 0, 0, 1));
    var compiled = Objects.requireNonNull(new ProgramCompiler().compile(code, new Memory()));
    return new WeakReference<>(compiled.getClass());
  }

  @Test
  void aClassGoesWithItsProgram() throws InterruptedException {
    var type = used();
    for (int i = 0; i < 50 && type.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(type.get()).isNull();
  }
}
