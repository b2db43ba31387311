package org.ebpf4j.cli.virtual;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.ebpf4j.BpfObject;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.verifier.LoadVerifier;
import org.ebpf4j.vm.Execution;
import org.ebpf4j.vm.VirtualKernel;
import org.ebpf4j.vm.VirtualObject;
import org.ebpf4j.vm.step.ExecutedInstruction;
import org.jspecify.annotations.Nullable;

/// A virtual kernel and what happens in it, one thing at a time. Its clock stands still but for
/// what the scenario says; timers run when it reaches their time.
public final class Stage implements AutoCloseable {
  private static final long BOOTED = 1_000_000_000;

  private final Scenario scenario;
  private final Optional<Coverage> coverage;
  private final VirtualKernel kernel;
  private final ContextFields contexts;
  private final MemoryObjects memory;
  private final HookContext hooks;
  private final PacketReplay packets;
  private final Map<String, Long> fired = new LinkedHashMap<>();
  private final TaskState task = new TaskState();
  private final List<String> places;
  private long nanos = BOOTED;
  private int step;
  private int times;
  private @Nullable BpfObject object;

  /// Where what was executed is written, and where the source is.
  record Coverage(Path directory, Path sources) {}

  /// How programs are loaded and run.
  ///
  /// @param interpret whether no program is compiled
  /// @param verify whether they are verified
  record How(boolean interpret, boolean verify) {}

  Stage(
      Scenario scenario,
      ObjectSpec spec,
      Optional<Btf> types,
      Optional<Coverage> coverage,
      How how) {
    this.scenario = scenario;
    this.coverage = coverage;
    this.contexts = new ContextFields(types.or(spec::types));
    var builder = VirtualKernel.builder().clock(() -> BOOTED);
    types.ifPresent(builder::types);
    scenario.cpus().ifPresent(builder::cpus);
    scenario.seed().ifPresent(builder::seed);
    coverage.ifPresent(_ -> builder.coverage());
    if (how.interpret()) {
      builder.execution(Execution.INTERPRETED);
    }
    if (how.verify()) {
      builder.verifier(new LoadVerifier());
    } else {
      builder.unverified();
    }
    this.kernel = builder.build();
    this.memory = new MemoryObjects(kernel);
    this.hooks = new HookContext(kernel, memory);
    this.packets = new PacketReplay(kernel);
    task.change(scenario.task());
    places =
        spec.programs().stream()
            .flatMap(program -> program.attachPoint().stream())
            .map(point -> point.kind() + ":" + point.place())
            .toList();
  }

  /// The kernel. It is closed with this.
  public VirtualKernel kernel() {
    return kernel;
  }

  /// What its clock says, in nanoseconds.
  public long nanos() {
    return nanos;
  }

  /// Takes the object that is loaded, by whose types the memory is made. Says which programs could
  /// not be verified.
  public void open(BpfObject loaded, PrintWriter err) {
    object = loaded;
    if (loaded instanceof VirtualObject virtual) {
      virtual
          .unverified()
          .forEach((program, reason) ->
              err.println(SafeText.line("program '" + program + "' runs unverified: " + reason)));
    }
    memory.make(scenario.memory());
  }

  /// Tells of each instruction that is executed.
  public void onStep(Consumer<ExecutedInstruction> consumer) {
    kernel.onStep(consumer);
  }

  /// Has the next thing happen.
  ///
  /// @param between is called now and then, where it lasts
  /// @param end whether to leave off
  /// @return whether there was one
  /// @throws NotFoundException where a hook has no program
  public boolean next(Runnable between, BooleanSupplier end) {
    while (step < scenario.steps().size()) {
      switch (scenario.steps().get(step)) {
        case Firing firing -> {
          if (times < firing.count()) {
            fire(firing);
            times++;
            return true;
          }
        }
        case Step.Packets capture -> {
          if (times == 0) {
            times++;
            task.apply(kernel, memory);
            packets.play(capture, Objects.requireNonNull(object), between, end);
            return true;
          }
        }
      }
      step++;
      times = 0;
    }
    return false;
  }

  private void fire(Firing firing) {
    var time = times == 0 ? firing.after() : firing.every();
    nanos += time.toNanos();
    kernel.advance(time);
    if (times == 0) {
      task.change(firing.task());
    }
    task.apply(kernel, memory);
    var results = reach(firing);
    if (results.isEmpty()) {
      throw new NotFoundException("hook with a program", firing.text(), places);
    }
    fired.merge(firing.point().describe(), 1L, Long::sum);
  }

  private List<RunResult> reach(Firing firing) {
    var point = firing.point();
    var cpu = firing.cpu().orElse(0);
    if (contexts.isTyped(point)) {
      try {
        return kernel.fire(point, hooks.of(point, firing.fields()).cpu(cpu));
      } catch (IllegalArgumentException e) {
        throw new BpfException(point.describe() + ": " + e.getMessage(), e);
      }
    }
    return kernel.fire(point, RunInput.context(contexts.bytes(point, firing.fields())).cpu(cpu));
  }

  /// Says what happened.
  public void summary(PrintWriter err) {
    fired.forEach((place, count) ->
        err.println(place + ": reached " + count + (count == 1 ? " time" : " times")));
    coverage.ifPresent(_ -> {
      var counted = kernel.coverage();
      err.println("lines " + counted.lineRatio() + ", branches " + counted.branchRatio());
    });
    packets.summary(err);
  }

  /// Ends the kernel, and writes what was executed where that is wanted.
  @Override
  public void close() {
    try (kernel) {
      coverage.ifPresent(
          wanted -> kernel.coverage().write(wanted.directory(), List.of(wanted.sources())));
    }
  }
}
