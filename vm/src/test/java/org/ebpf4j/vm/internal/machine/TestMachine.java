package org.ebpf4j.vm.internal.machine;

import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.vm.internal.compiler.ProgramCompiler;

/// Runs instructions with nothing around them. Helper 5 ends the program where its argument is
/// negative, as the vectors of conformance want it.
final class TestMachine {
  private final Memory memory = new Memory();

  Memory memory() {
    return memory;
  }

  private final boolean compiled;

  TestMachine(boolean compiled) {
    this.compiled = compiled;
  }

  long run(Instructions instructions, long... arguments) {
    var code = new Code("test", instructions);
    if (compiled) {
      code.setCompiler(new ProgramCompiler(), 0);
    }
    instructions.forEach((slot, instruction) -> {
      if (instruction instanceof Instruction.Call.Helper(int id)) {
        code.setCall(slot, (run, a, b, c, d, e) -> a);
      }
    });
    code.setIndirectCalls(value -> value == 5 ? (run, a, b, c, d, e) -> a : null);
    memory.add(code.place());
    var stack = Run.newStack(false);
    memory.add(stack);
    var run = new Run(memory, stack, 0, this, 1_000_000, null);
    return Interpreter.execute(
        run,
        code,
        0,
        arguments.length > 0 ? arguments[0] : 0,
        arguments.length > 1 ? arguments[1] : 0,
        0,
        0,
        0);
  }
}
