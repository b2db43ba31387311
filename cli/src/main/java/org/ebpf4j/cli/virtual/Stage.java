package org.ebpf4j.cli.virtual;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.vm.VirtualKernel;

/// A virtual kernel and what happens in it, one thing at a time. Its clock stands still but for
/// what the scenario says.
public final class Stage implements AutoCloseable {
  private static final long BOOTED = 1_000_000_000;

  private final Scenario scenario;
  private final Optional<Coverage> coverage;
  private final AtomicLong clock = new AtomicLong(BOOTED);
  private final VirtualKernel kernel;
  private final ContextFields contexts;
  private final Map<String, Long> fired = new LinkedHashMap<>();
  private final TaskState task = new TaskState();
  private final List<String> places;
  private int step;
  private int times;

  /// Where what was executed is written, and where the source is.
  record Coverage(Path directory, Path sources) {}

  Stage(Scenario scenario, ObjectSpec spec, Optional<Coverage> coverage) {
    this.scenario = scenario;
    this.coverage = coverage;
    this.contexts = new ContextFields(spec.types());
    var builder = VirtualKernel.builder().clock(clock::get);
    scenario.cpus().ifPresent(builder::cpus);
    scenario.seed().ifPresent(builder::seed);
    coverage.ifPresent(_ -> builder.coverage());
    this.kernel = builder.build();
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
    return clock.get();
  }

  /// Has the next thing happen.
  ///
  /// @return whether there was one
  /// @throws NotFoundException where a hook has no program
  public boolean next() {
    while (step < scenario.steps().size()) {
      switch (scenario.steps().get(step)) {
        case Firing firing -> {
          if (times < firing.count()) {
            fire(firing);
            times++;
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
    clock.addAndGet((times == 0 ? firing.after() : firing.every()).toNanos());
    if (times == 0) {
      task.change(firing.task());
    }
    task.apply(kernel);
    var input =
        RunInput.context(contexts.bytes(firing.point(), firing.fields()))
            .cpu(firing.cpu().orElse(0));
    var results = kernel.fire(firing.point(), input);
    if (results.isEmpty()) {
      throw new NotFoundException("hook with a program", firing.text(), places);
    }
    fired.merge(firing.point().describe(), 1L, Long::sum);
  }

  /// Says what happened.
  public void summary(PrintWriter err) {
    fired.forEach((place, count) ->
        err.println(place + ": reached " + count + (count == 1 ? " time" : " times")));
    coverage.ifPresent(_ -> {
      var counted = kernel.coverage();
      err.println("lines " + counted.lineRatio() + ", branches " + counted.branchRatio());
    });
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
