package org.ebpf4j.vm;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.ebpf4j.Kernel;
import org.ebpf4j.Link;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.RunStatistics;
import org.ebpf4j.TraceStream;
import org.ebpf4j.Verdict;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.load.KernelConfig;
import org.ebpf4j.load.KernelFacts;
import org.ebpf4j.load.ProgramVerifier;
import org.ebpf4j.map.KernelObjects;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.RingPoller;
import org.ebpf4j.vm.call.FunctionCall;
import org.ebpf4j.vm.call.KernelFunction;
import org.ebpf4j.vm.call.RecordedCall;
import org.ebpf4j.vm.coverage.Coverage;
import org.ebpf4j.vm.internal.helper.Helpers;
import org.ebpf4j.vm.internal.kfunc.Deferred;
import org.ebpf4j.vm.internal.kfunc.Kfuncs;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.life.Kept.Kind;
import org.ebpf4j.vm.internal.life.Registry;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.map.RingWaiter;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.map.StoreAccess;
import org.ebpf4j.vm.internal.map.Stores;
import org.ebpf4j.vm.internal.memory.KernelTypes;
import org.ebpf4j.vm.internal.program.AttachedCode;
import org.ebpf4j.vm.internal.program.KernelFunctions;
import org.ebpf4j.vm.internal.program.LoadedCode;
import org.ebpf4j.vm.internal.program.RegisteredStruct;
import org.ebpf4j.vm.internal.record.AlwaysCounted;
import org.ebpf4j.vm.internal.record.CoverageCounts;
import org.ebpf4j.vm.internal.record.VirtualTrace;
import org.ebpf4j.vm.memory.Context;
import org.ebpf4j.vm.memory.VirtualMemory;
import org.ebpf4j.vm.step.ExecutedInstruction;
import org.ebpf4j.vm.step.StepTrace;

/// A kernel inside the JVM. It loads the same objects as a real one, without root and on any
/// system; its hooks are reached when a test says so ([#fire(AttachPoint, RunInput)]). Programs are
/// verified when they are loaded, where module `org.ebpf4j.verifier` is there; those that do what
/// no program may all the same end with a [ProgramFaultException].
///
/// It may be used from any thread. What it keeps lives for as long as something refers to it, as in
/// a real kernel.
public final class VirtualKernel implements Kernel {
  private final Registry registry = new Registry();
  private final Memory memory = new Memory();
  private final VirtualHandles handles = new VirtualHandles(registry, memory);
  private final Map<String, Helper> helpers = new ConcurrentHashMap<>(Helpers.all());
  private final VirtualTrace trace = new VirtualTrace();
  private final VirtualKernelBuilder settings;
  private final Stores stores;
  private final KernelTypes namedTypes;
  private final VirtualMemory objects;
  private final CoverageCounts counts;
  private final VirtualRuns runs;
  private final Deferred deferred;
  private final KernelFunctions kfuncs;
  private final Optional<ProgramVerifier> verifier;
  private volatile boolean closed;

  VirtualKernel(VirtualKernelBuilder settings) {
    this.settings = settings;
    this.deferred = new Deferred(settings.clock);
    Kfuncs.addHelpers(deferred, helpers);
    this.kfuncs = new KernelFunctions(deferred, helpers);
    this.counts = new CoverageCounts(settings.coverage);
    this.stores = new Stores(registry, memory, facts(settings.types), Kfuncs::release);
    this.namedTypes = new KernelTypes(settings.types);
    this.objects = new VirtualMemory(memory, namedTypes);
    this.runs = new VirtualRuns(this, settings, trace);
    this.verifier = settings.judge();
  }

  /// A kernel with four CPUs, the clock of this machine, random numbers from a fixed seed, and a
  /// task that is this process.
  public static VirtualKernel open() {
    return builder().build();
  }

  /// Starts a kernel that is not the usual one.
  public static VirtualKernelBuilder builder() {
    return new VirtualKernelBuilder();
  }

  Registry registry() {
    return registry;
  }

  Memory regions() {
    return memory;
  }

  /// Its memory, as far as tests make it.
  public VirtualMemory memory() {
    return objects;
  }

  /// Where types are looked up by their names.
  KernelTypes namedTypes() {
    return namedTypes;
  }

  Stores stores() {
    return stores;
  }

  /// The function that programs call by a name; empty where there is none.
  Optional<Helper> helper(String name) {
    return Optional.ofNullable(helpers.get(name));
  }

  /// Who executes its programs.
  Execution execution() {
    return settings.execution;
  }

  CoverageCounts counts() {
    return counts;
  }

  /// What the programs of this kernel have executed so far, also of those that are gone; nothing
  /// where that is not counted ([VirtualKernelBuilder#coverage()]).
  public Coverage coverage() {
    return counts.read();
  }

  /// By the rules of which kernel they are judged; 0 for the newest.
  int rules() {
    return settings.rules;
  }

  /// Who judges its programs; empty for nobody.
  Optional<ProgramVerifier> verifier() {
    return verifier;
  }

  /// What it has besides objects of BPF, for the maps that hold that: sockets, files, processes.
  public VirtualHandles handles() {
    return handles;
  }

  /// The types that it was given; empty where those of objects are its own.
  Optional<Btf> types() {
    return settings.types;
  }

  /// What an object is fitted to.
  ///
  /// @param types the types of the kernel, as far as that object goes
  KernelFacts facts(Optional<Btf> types) {
    return new VirtualFacts(
        types.orElseGet(() -> BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN).build()),
        KernelConfig.parse("the virtual kernel", settings.config),
        settings.symbols,
        settings.version,
        settings.cpus,
        kfuncs.named());
  }

  /// Says in which task programs run from now on.
  public void task(VirtualTask current) {
    runs.task(current.task());
  }

  /// Says in which task programs run from now on, in the cgroup that the last one was in.
  ///
  /// @param pid the id of the thread
  /// @param tgid the id of the process
  /// @param name its name, of which 15 bytes count
  public void task(int pid, int tgid, String name, int uid, int gid) {
    runs.task(runs.task().of(pid, tgid, name, uid, gid));
  }

  /// Tells of each instruction, before it is executed, in runs that begin from now on. Slow: for
  /// finding out what a program does.
  ///
  /// @param consumer is called by the thread of the run; what it throws ends the run
  /// @return ends it, when it is closed
  public StepTrace onStep(Consumer<ExecutedInstruction> consumer) {
    return runs.traces().open(consumer);
  }

  /// Says which objects iterators of a name go over from now on, when their links are read.
  ///
  /// @param name such as `task`
  /// @param objects a context for each, such as `Context.of("bpf_iter__task").set("task", task)`;
  ///   its `meta` is made when the program runs
  public void iterator(String name, List<Context> objects) {
    runs.iterate(name, objects);
  }

  /// What programs asked the kernel to do since the last time that this was asked, as far as that
  /// has no effect here: signals, values to return in place of a function's. The last 65,536 are
  /// kept.
  public List<RecordedCall> recordedCalls() {
    return runs.records().take();
  }

  /// Adds a function that programs of objects that are loaded from now on may call, or puts it in
  /// the place of one that there is.
  ///
  /// @param name its name, such as `bpf_fib_lookup`
  public void helper(String name, KernelFunction function) {
    helpers.put(name, (run, a, b, c, d, e) -> function.call(new FunctionCall(run, a, b, c, d, e)));
  }

  /// Adds a function that programs of objects that are loaded from now on may call by its name (a
  /// kfunc), or puts it in the place of one that there is.
  ///
  /// @param name its name, such as `bpf_task_from_pid`
  public void kfunc(String name, KernelFunction function) {
    kfuncs.put(name, function);
  }

  @Override
  public VirtualMap createMap(MapSpec spec) {
    checkOpen();
    var store = stores.create(spec, MapTypes.NONE, Optional.empty());
    return open(spec.name(), store, StoreAccess.ofCreator(spec.name(), store), MapTypes.NONE);
  }

  VirtualMap open(String name, Store store, StoreAccess access, MapTypes types) {
    return new VirtualMap(this, name, store, access, types, registry.open(store));
  }

  private VirtualMap found(Store store) {
    var access = new StoreAccess(store.name(), store, true, true);
    return open(store.name(), store, access, store.types());
  }

  @Override
  public VirtualMap openMap(int id) {
    checkOpen();
    synchronized (registry) {
      var store = (Store) registry.get(Kind.MAP, id, "MAP_GET_FD_BY_ID");
      return found(store);
    }
  }

  @Override
  public VirtualMap openMap(Path pin) {
    checkOpen();
    synchronized (registry) {
      var store = (Store) registry.pinned(pin, Kind.MAP);
      return found(store);
    }
  }

  @Override
  public VirtualProgram openProgram(int id) {
    checkOpen();
    synchronized (registry) {
      return new VirtualProgram(
          this, (LoadedCode) registry.get(Kind.PROGRAM, id, "PROG_GET_FD_BY_ID"));
    }
  }

  @Override
  public VirtualProgram openProgram(Path pin) {
    checkOpen();
    synchronized (registry) {
      return new VirtualProgram(this, (LoadedCode) registry.pinned(pin, Kind.PROGRAM));
    }
  }

  @Override
  public Link openLink(int id) {
    checkOpen();
    synchronized (registry) {
      return opened(registry.get(Kind.LINK, id, "LINK_GET_FD_BY_ID"));
    }
  }

  @Override
  public Link openLink(Path pin) {
    checkOpen();
    synchronized (registry) {
      return opened(registry.pinned(pin, Kind.LINK));
    }
  }

  private Link opened(Kept link) {
    return switch (link) {
      case AttachedCode attached -> new VirtualLink(this, attached, Optional.empty());
      case RegisteredStruct struct -> new StructOpsLink(this, struct);
      default -> throw new IllegalStateException(link.name() + " is no link");
    };
  }

  @Override
  public void unpin(Path pin) {
    registry.unpin(pin);
  }

  @Override
  public List<Integer> programIds() {
    return registry.ids(Kind.PROGRAM);
  }

  @Override
  public List<Integer> mapIds() {
    return registry.ids(Kind.MAP);
  }

  @Override
  public List<Integer> linkIds() {
    return registry.ids(Kind.LINK);
  }

  @Override
  public VirtualObject load(ObjectSpec spec) {
    return load(spec, LoadOptions.DEFAULT);
  }

  /// Creates the maps of an object and loads its programs, as every kernel does.
  ///
  /// @throws org.ebpf4j.error.VerifierException for a program that breaks a rule, unless programs
  ///   are not verified ([VirtualKernelBuilder#unverified()])
  /// @throws BpfException for an object of a big-endian machine, a program that calls what there is
  ///   not, or a map of a type that there is not; says which
  @Override
  public VirtualObject load(ObjectSpec spec, LoadOptions options) {
    checkOpen();
    return new ObjectLoading(this, spec, options).load();
  }

  @Override
  public void verify(ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    checkOpen();
    Verdicts.ofEach(this, spec, options, verdicts);
  }

  @Override
  public void verifyWhole(ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    checkOpen();
    Verdicts.ofWhole(this, spec, options, verdicts);
  }

  @Override
  public TraceStream tracePipe() {
    checkOpen();
    return trace.open();
  }

  @Override
  public RunStatistics statistics() {
    checkOpen();
    return new AlwaysCounted();
  }

  @Override
  public RingPoller ringPoller() {
    checkOpen();
    return new RingPoller(new RingWaiter());
  }

  VirtualLink attach(LoadedCode program, AttachPoint point) {
    Optional<VirtualHandle> cgroup =
        point instanceof Cgroup place
            ? Optional.of(handles.cgroup(place.path()))
            : Optional.empty();
    try {
      if (point instanceof Cgroup place) {
        handles.attachment(place).ifPresent(program::attachStorages);
      }
      var held = cgroup.map(VirtualHandle::object);
      return new VirtualLink(
          this, new AttachedCode(point, program, held, registry), Optional.of(point));
    } finally {
      cgroup.ifPresent(VirtualHandle::close);
    }
  }

  /// Says that a hook is reached: each program that is attached to it runs, in the order in which
  /// they were attached, on input of its own.
  ///
  /// @param point the hook, as a program is attached to it; options behind the place do not count
  /// @param input the context, or the packet
  /// @return what came of each run
  /// @throws ProgramFaultException where a program does what no program may; those after it do not
  ///   run
  public List<RunResult> fire(AttachPoint point, RunInput input) {
    checkOpen();
    return runs.fire(point, (program, place) -> runs.run(program, input, place));
  }

  /// Says that a hook is reached, with a context that is laid out for each program.
  ///
  /// @return what came of each run
  /// @throws org.ebpf4j.error.NotFoundException where the context names a field that there is not
  /// @throws ProgramFaultException where a program does what no program may; those after it do not
  ///   run
  public List<RunResult> fire(AttachPoint point, Context context) {
    checkOpen();
    return runs.fire(point, (program, place) -> runs.run(program, context, place));
  }

  /// Lets time go by: the clock is that much later, and the timers that become due and the work
  /// that is queued (`bpf_timer_start`, `bpf_wq_start`) run, in the order in which they become due,
  /// each at its time. Nothing runs by itself otherwise.
  ///
  /// @param time how much, or zero for what is due already
  /// @return how many callbacks ran
  /// @throws ProgramFaultException where a callback does what no program may; those after it run at
  ///   the next call
  /// @throws IllegalStateException where callbacks start themselves again without any delay
  public int advance(Duration time) {
    checkOpen();
    return runs.advance(deferred, time);
  }

  /// The clock, with all advances.
  LongSupplier clock() {
    return deferred::now;
  }

  KernelFunctions kfuncs() {
    return kfuncs;
  }

  VirtualRuns runs() {
    return runs;
  }

  KernelObjects objects() {
    return new OwnObjects(this);
  }

  /// Ends it: it loads, opens and reaches nothing more ([IllegalStateException]). What is open is
  /// closed by who opened it, and works until then.
  @Override
  public void close() {
    closed = true;
    runs.close();
    handles.close();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
  }
}
