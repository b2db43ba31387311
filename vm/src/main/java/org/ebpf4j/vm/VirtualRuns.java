package org.ebpf4j.vm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.attach.Usdt;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.vm.internal.context.ContextLayout;
import org.ebpf4j.vm.internal.context.ConvertedContext;
import org.ebpf4j.vm.internal.context.Iteration;
import org.ebpf4j.vm.internal.context.TaskObjects;
import org.ebpf4j.vm.internal.helper.Environment;
import org.ebpf4j.vm.internal.helper.LockedRandom;
import org.ebpf4j.vm.internal.helper.Task;
import org.ebpf4j.vm.internal.kfunc.Deferred;
import org.ebpf4j.vm.internal.life.Kept.Kind;
import org.ebpf4j.vm.internal.machine.Fault;
import org.ebpf4j.vm.internal.machine.Machine;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.StoreElement;
import org.ebpf4j.vm.internal.memory.ContextRegion;
import org.ebpf4j.vm.internal.program.AttachedCode;
import org.ebpf4j.vm.internal.program.AttachedPlaces;
import org.ebpf4j.vm.internal.program.Cookies;
import org.ebpf4j.vm.internal.program.LoadedCode;
import org.ebpf4j.vm.internal.record.CallRecords;
import org.ebpf4j.vm.internal.record.StepTraces;
import org.ebpf4j.vm.internal.record.VirtualTrace;
import org.ebpf4j.vm.memory.Context;
import org.ebpf4j.vm.memory.MemoryObject;
import org.jspecify.annotations.Nullable;

/// The runs of a kernel's programs: where a hook is reached, and by themselves. Any thread may use
/// it.
final class VirtualRuns {
  /// How many callbacks one advance of the clock may run.
  private static final int MOST_CALLBACKS = 10_000_000;

  /// The most arguments that a function has (`MAX_BPF_FUNC_ARGS`).
  private static final int ARGUMENTS = 12;

  private final ConcurrentLinkedQueue<Region> stacks = new ConcurrentLinkedQueue<>();
  private final VirtualKernel kernel;
  private final VirtualKernelBuilder settings;
  private final VirtualTrace trace;
  private final RandomGenerator random;
  private final TaskObjects tasks;
  private final Map<String, List<Context>> iterated = new ConcurrentHashMap<>();
  private final StepTraces traces = new StepTraces();
  private final CallRecords records = new CallRecords();
  private volatile Task task;

  VirtualRuns(VirtualKernel kernel, VirtualKernelBuilder settings, VirtualTrace trace) {
    this.kernel = kernel;
    this.settings = settings;
    this.trace = trace;
    this.random = new LockedRandom(settings.seed);
    this.tasks = new TaskObjects(kernel.memory(), kernel.namedTypes());
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
      var reached = attachedTo(point, id);
      if (reached != null) {
        try {
          results.add(use.apply(reached.program(), Optional.of(reached.point())));
        } finally {
          kernel.registry().release(reached.program());
        }
      }
    }
    return results;
  }

  /// A program at a place, held.
  private record Reached(LoadedCode program, AttachPoint point) {}

  /// The program of a link to a place; null where it has none, or is to another.
  private @Nullable Reached attachedTo(AttachPoint point, int id) {
    synchronized (kernel.registry()) {
      if (kernel.registry().find(Kind.LINK, id) instanceof AttachedCode link) {
        var place = AttachedPlaces.reached(link.point(), point);
        var program = link.program();
        if (place.isPresent() && program != null) {
          kernel.registry().hold(program);
          return new Reached(program, place.get());
        }
      }
      return null;
    }
  }

  /// Runs a program on an input.
  ///
  /// @param point the place that is reached, where that is why it runs
  RunResult run(LoadedCode program, RunInput input, Optional<AttachPoint> point) {
    return run(program, input, point, null, ConvertedContext.NOTHING);
  }

  /// Runs a program on a context that is laid out for it. What an iterator's writes is the data
  /// that comes back.
  RunResult run(LoadedCode program, Context context, Optional<AttachPoint> point) {
    var converted = ConvertedContext.of(program.type(), context);
    if (converted.isPresent()) {
      return run(program, converted.get().input(), point, null, converted.get().told());
    }
    if (!Iteration.isOf(program)) {
      return run(program, context, point, Optional.empty());
    }
    try (var iteration = new Iteration(kernel.regions(), kernel.memory())) {
      var result = run(program, context, point, Optional.of(iteration));
      return new RunResult(
          result.returnValue(), result.duration(), iteration.content(), result.contextOut());
    }
  }

  private RunResult run(
      LoadedCode program,
      Context context,
      Optional<AttachPoint> point,
      Optional<Iteration> iteration) {
    var symbols =
        new ContextLayout.KernelSymbols(kernel.namedTypes(), settings.types, settings.symbols);
    var made =
        new ContextLayout(kernel.memory(), symbols, program, point, context, iteration).make();
    var input = RunInput.none();
    try {
      return run(
          program,
          context.cpu().isPresent() ? input.cpu(context.cpu().getAsInt()) : input,
          point.map(place -> withCookie(place, made.cookie())),
          made.region(),
          ConvertedContext.NOTHING);
    } finally {
      made.objects().forEach(MemoryObject::free);
    }
  }

  private static AttachPoint withCookie(AttachPoint place, OptionalLong cookie) {
    return place instanceof Usdt probe && cookie.isPresent()
        ? probe.withCookie(cookie.getAsLong())
        : place;
  }

  /// Says what iterators of a name go over.
  void iterate(String name, List<Context> objects) {
    iterated.put(name, List.copyOf(objects));
  }

  /// Runs an iterator's program for each of its objects, and once more when there are no more.
  ///
  /// @return what it wrote
  byte[] iterate(LoadedCode program, KernelIterator iterator) {
    var point = Optional.<AttachPoint>of(iterator);
    try (var iteration = new Iteration(kernel.regions(), kernel.memory())) {
      for (var object : iterated.getOrDefault(iterator.name(), List.of())) {
        run(program, object, point, Optional.of(iteration));
      }
      run(program, Context.of(Iteration.type(iterator)), point, Optional.of(iteration));
      return iteration.content();
    }
  }

  private RunResult run(
      LoadedCode program,
      RunInput input,
      Optional<AttachPoint> point,
      @Nullable ContextRegion context,
      Map<String, byte[]> told) {
    return with(
        program,
        input,
        point,
        run -> new ProgramRun(kernel, program, run, input, point, context, told).make());
  }

  /// Does something in a run of a program.
  <T> T with(
      LoadedCode program, RunInput input, Optional<AttachPoint> point, Function<Run, T> use) {
    // It goes on though it is closed meanwhile.
    kernel.registry().hold(program);
    try {
      return withStack(program, input, point, use);
    } finally {
      kernel.registry().release(program);
    }
  }

  private <T> T withStack(
      LoadedCode program, RunInput input, Optional<AttachPoint> point, Function<Run, T> use) {
    var cpu = input.cpu().orElse(Math.floorMod(Thread.currentThread().threadId(), settings.cpus));
    if (cpu >= settings.cpus) {
      throw new KernelException(
          "PROG_TEST_RUN", Errno.EINVAL, "there is no CPU " + cpu + " of " + settings.cpus);
    }
    var stack = stacks.poll();
    if (stack == null) {
      stack = Run.newStack(settings.uninitialisedStack);
      kernel.regions().add(stack);
    }
    var current = task;
    LongSupplier address = () -> tasks.address(current, program.types());
    var host = new RunHost(kernel, settings.cpus, current, address, point);
    var run =
        new Run(
            kernel.regions(),
            stack,
            cpu,
            environment(program, point, current, address, host),
            settings.steps,
            kernel.counts().listener(traces.listener()));
    try {
      return use.apply(run);
    } finally {
      run.end();
      host.close();
      stacks.add(stack);
    }
  }

  private Environment environment(
      LoadedCode program,
      Optional<AttachPoint> point,
      Task current,
      LongSupplier address,
      RunHost host) {
    return new Environment(
        kernel.clock(),
        random,
        current,
        address,
        trace,
        (function, arguments) -> records.add(program.name(), function, arguments),
        point.map(Cookies::of).orElse(0L),
        host);
  }

  /// Calls a program as a function: its context is the array of its arguments.
  long call(LoadedCode program, long... arguments) {
    var bytes =
        ByteBuffer.allocate(Long.BYTES * Math.max(arguments.length, ARGUMENTS))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (var argument : arguments) {
      bytes.putLong(argument);
    }
    var context = new Region("the arguments", bytes.array(), true);
    kernel.regions().add(context);
    try {
      return with(
          program,
          RunInput.none(),
          Optional.empty(),
          run -> {
            try {
              return Machine.run(run, program.code(), context.address());
            } catch (Fault fault) {
              throw ProgramRun.failure(fault, kernel.regions());
            }
          });
    } finally {
      kernel.regions().remove(context);
    }
  }

  /// Lets time go by, and runs what becomes due.
  int advance(Deferred deferred, Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time does not go back: " + time);
    }
    return deferred.advance(kernel.regions(), time.toNanos(), MOST_CALLBACKS, this::callLater);
  }

  /// Runs a callback of a timer: the function is given the map, the key and the value.
  private void callLater(long function, long map, long value) {
    var program = programOf(function);
    var element = StoreElement.find(kernel.regions(), map, value);
    if (program == null || element.isEmpty()) {
      return;
    }
    var key = new Region("a key of a map", element.get().key(), false);
    kernel.regions().add(key);
    try {
      with(
          program,
          RunInput.none(),
          Optional.empty(),
          run -> {
            try {
              return run.callback(function, map, key.address(), element.get().value(), 0, 0);
            } catch (Fault fault) {
              throw ProgramRun.failure(fault, kernel.regions());
            }
          });
    } finally {
      kernel.regions().remove(key);
    }
  }

  private @Nullable LoadedCode programOf(long function) {
    var place = kernel.regions().find(function);
    for (var id : kernel.registry().ids(Kind.PROGRAM)) {
      if (kernel.registry().find(Kind.PROGRAM, id) instanceof LoadedCode loaded
          && loaded.code().place().equals(place)) {
        return loaded;
      }
    }
    return null;
  }

  /// Gives the memory of stacks back.
  void close() {
    stacks.forEach(kernel.regions()::remove);
    stacks.clear();
  }
}
