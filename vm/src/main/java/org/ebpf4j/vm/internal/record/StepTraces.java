package org.ebpf4j.vm.internal.record;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.StepListener;
import org.ebpf4j.vm.internal.program.LoadedCode;
import org.ebpf4j.vm.step.ExecutedInstruction;
import org.ebpf4j.vm.step.StepTrace;
import org.jspecify.annotations.Nullable;

/// Who is told of each instruction. Any thread may use it.
public final class StepTraces {
  private final List<Listening> consumers = new CopyOnWriteArrayList<>();

  /// An entry of its own for each time, so that the same consumer may be there twice.
  private static final class Listening {
    private final Consumer<ExecutedInstruction> consumer;

    Listening(Consumer<ExecutedInstruction> consumer) {
      this.consumer = consumer;
    }
  }

  /// Adds one, until what comes back is closed.
  public StepTrace open(Consumer<ExecutedInstruction> consumer) {
    var own = new Listening(consumer);
    consumers.add(own);
    return () -> consumers.remove(own);
  }

  /// What a run tells; null where nobody listens.
  public @Nullable StepListener listener() {
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
    consumers.forEach(entry -> entry.consumer.accept(step));
  }
}
