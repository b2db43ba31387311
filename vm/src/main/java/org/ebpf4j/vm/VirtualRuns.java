package org.ebpf4j.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.vm.internal.helper.Environment;
import org.ebpf4j.vm.internal.helper.Task;
import org.ebpf4j.vm.internal.life.Kept.Kind;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.memory.ContextRegion;

/// The runs of a kernel's programs: where a hook is reached, and by themselves. Any thread may use
/// it.
final class VirtualRuns {
  private final ConcurrentLinkedQueue<Region> stacks = new ConcurrentLinkedQueue<>();
  private final VirtualKernel kernel;
  private final VirtualKernelBuilder settings;
  private final VirtualTrace trace;
  private final RandomGenerator random;
  private final TaskObjects tasks;
  private final StepTraces traces = new StepTraces();
  private final CallRecords records = new CallRecords();
  private volatile Task task;

  VirtualRuns(VirtualKernel kernel, VirtualKernelBuilder settings, VirtualTrace trace) {
    this.kernel = kernel;
    this.settings = settings;
    this.trace = trace;
    this.random = new LockedRandom(settings.seed);
    this.tasks = new TaskObjects(kernel.memory());
    this.task = settings.task;
  }

  /// The task that programs run in.
  Task task() {
    return task;
  }

  void task(Task current) {
    task = current;
  }

  CallRecords records() {
    return records;
  }

  StepTraces traces() {
    return traces;
  }

  /// Runs each program that is attached to a place, in the order in which they were attached.
  ///
  /// @param use runs one, at the place that it is attached to
  List<RunResult> fire(
      AttachPoint point, BiFunction<LoadedCode, Optional<AttachPoint>, RunResult> use) {
    var results = new ArrayList<RunResult>();
    for (var id : kernel.registry().ids(Kind.LINK)) {
      if (kernel.registry().find(Kind.LINK, id) instanceof AttachedCode link
          && isSamePlace(link.point(), point)) {
        var program = link.program();
        if (program != null) {
          results.add(use.apply(program, Optional.of(link.point())));
        }
      }
    }
    return results;
  }

  private static boolean isSamePlace(AttachPoint one, AttachPoint other) {
    return one.kind().equals(other.kind()) && place(one).equals(place(other));
  }

  private static String place(AttachPoint point) {
    var text = point.place();
    var options = text.indexOf(',');
    return options < 0 ? text : text.substring(0, options);
  }

  /// Runs a program on an input.
  ///
  /// @param point the place that is reached, where that is why it runs
  RunResult run(LoadedCode program, RunInput input, Optional<AttachPoint> point) {
    return run(program, input, point, Optional.empty());
  }

  /// Runs a program on a context that is laid out for it.
  RunResult run(LoadedCode program, Context context, Optional<AttachPoint> point) {
    var symbols = new ContextLayout.KernelSymbols(settings.types, settings.symbols);
    var made = new ContextLayout(kernel.memory(), symbols, program, point, context).make();
    var input = RunInput.none();
    try {
      return run(
          program,
          context.cpu().isPresent() ? input.cpu(context.cpu().getAsInt()) : input,
          point,
          Optional.of(made.region()));
    } finally {
      made.objects().forEach(MemoryObject::free);
    }
  }

  private RunResult run(
      LoadedCode program,
      RunInput input,
      Optional<AttachPoint> point,
      Optional<ContextRegion> context) {
    var stack = stacks.poll();
    if (stack == null) {
      stack = Run.newStack(settings.uninitialisedStack);
      kernel.regions().add(stack);
    }
    var cpu = input.cpu().orElse(Math.floorMod(Thread.currentThread().threadId(), settings.cpus));
    if (cpu >= settings.cpus) {
      throw new KernelException(
          "PROG_TEST_RUN", Errno.EINVAL, "there is no CPU " + cpu + " of " + settings.cpus);
    }
    var run =
        new Run(
            kernel.regions(),
            stack,
            cpu,
            environment(program, point),
            settings.steps,
            traces.listener());
    try {
      return new ProgramRun(program, run, input, context).make();
    } finally {
      run.end();
      stacks.add(stack);
    }
  }

  private Environment environment(LoadedCode program, Optional<AttachPoint> point) {
    var current = task;
    return new Environment(
        settings.clock,
        random,
        current,
        () -> tasks.address(current, program.types()),
        trace,
        (function, arguments) -> records.add(program.name(), function, arguments),
        point.map(Cookies::of).orElse(0L));
  }

  /// Gives the memory of stacks back.
  void close() {
    stacks.forEach(kernel.regions()::remove);
    stacks.clear();
  }
}
