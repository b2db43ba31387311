package org.ebpf4j.vm;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.StepListener;
import org.jspecify.annotations.Nullable;

/// Who is told of each instruction. Any thread may use it.
final class StepTraces {
  private final List<Consumer<ExecutedInstruction>> consumers = new CopyOnWriteArrayList<>();

  /// Adds one, until what comes back is closed.
  StepTrace open(Consumer<ExecutedInstruction> consumer) {
    // Of its own, so that the same may be there twice.
    Consumer<ExecutedInstruction> own = consumer::accept;
    consumers.add(own);
    return () -> consumers.remove(own);
  }

  /// What a run tells; null where nobody listens.
  @Nullable StepListener listener() {
    return consumers.isEmpty() ? null : this::step;
  }

  private void step(Code code, int slot, long[] registers) {
    var loaded = LoadedCode.of(code);
    var step =
        new ExecutedInstruction(
            code.name(),
            slot,
            loaded
                .map(program -> Disassembler.text(program.spec().instructions().at(slot)))
                .orElse(""),
            registers,
            loaded.flatMap(program -> program.spec().line(slot)));
    consumers.forEach(consumer -> consumer.accept(step));
  }
}
