package org.ebpf4j.program.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.insn.HelperFunction;
import org.jspecify.annotations.Nullable;

/// What programs find around them on the JVM, and what they leave: the clock, the task, random
/// numbers, memory, lines of the trace. Each thread has one of its own; a test may make others.
///
/// {@snippet :
/// var environment = new Environment().task(new Task(7, 7, "nginx", 0, 0, 1)).clock(() -> 1_000);
/// environment.call(() -> Syscalls.count());
/// assertThat(environment.trace()).isEmpty();
/// }
///
/// For one thread at a time.
public final class Environment {
  private static final int MOST_KEPT = 65_536;
  private static final ThreadLocal<Environment> CURRENT = ThreadLocal.withInitial(Environment::new);

  private final Map<Integer, Answer> answers = new HashMap<>();
  private final Map<Long, Object> objects = new HashMap<>();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
  private final List<String> trace = new ArrayList<>();
  private final List<RecordedCall> recorded = new ArrayList<>();
  private final List<Runnable> releases = new ArrayList<>();
  private final FakeMemory memory = new FakeMemory();
  private LongSupplier clock = System::nanoTime;
  private Task task = Task.ofThisProcess();
  private Random random = new Random(1);
  private int cpu;
  private int cpus = 4;
  private int redirected = 4;
  private long returnValue;

  /// The usual one: the clock of this machine, this process, random numbers from a fixed seed, four
  /// CPUs of which programs run on the first, and no memory.
  public Environment() {}

  /// That of the current thread.
  public static Environment current() {
    return CURRENT.get();
  }

  /// Calls something, and the programs in it, in this environment.
  ///
  /// @throws Exception what it throws
  public <T> T call(Callable<T> what) throws Exception {
    var before = CURRENT.get();
    CURRENT.set(this);
    try {
      return what.call();
    } finally {
      CURRENT.set(before);
    }
  }

  /// Has another clock, in nanoseconds.
  public Environment clock(LongSupplier nanos) {
    clock = nanos;
    return this;
  }

  /// Has programs run in another task.
  public Environment task(Task current) {
    task = current;
    return this;
  }

  /// Has programs run on another CPU.
  ///
  /// @throws IllegalArgumentException where there is no such CPU
  public Environment cpu(int current) {
    cpu = Objects.checkIndex(current, cpus);
    return this;
  }

  /// Has another number of CPUs; maps take it when they make a value.
  public Environment cpus(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(count + " CPUs");
    }
    cpus = count;
    return this;
  }

  /// Has other random numbers.
  public Environment seed(long seed) {
    random = new Random(seed);
    return this;
  }

  /// Has bytes at an address, which `bpf_probe_read_user` and its like read.
  public Environment memory(long address, byte[] bytes) {
    memory.put(address, bytes);
    return this;
  }

  /// Has an object of the kernel at an address, which programs are given as an argument.
  public Environment object(long address, Object object) {
    objects.put(address, object);
    return this;
  }

  /// The object of the kernel at an address; null where a test put none there.
  public @Nullable Object objectAt(long address) {
    return objects.get(address);
  }

  /// Has a helper function do something else.
  ///
  /// @param name its name, such as `bpf_skb_vlan_push`
  /// @throws NotFoundException where there is none
  public Environment answer(String name, Answer answer) {
    var function =
        HelperFunction.of(name)
            .orElseThrow(() ->
                new NotFoundException(
                    "helper function",
                    name,
                    HelperFunction.all().stream().map(HelperFunction::name).toList()));
    answers.put(function.id(), answer);
    return this;
  }

  /// The lines that programs printed, oldest first.
  public List<String> trace() {
    return List.copyOf(trace);
  }

  /// Has somebody told of each line that programs print from now on.
  ///
  /// @return ends it
  public Runnable onPrint(Consumer<String> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /// What programs asked the kernel to do, as far as that has no effect here.
  public List<RecordedCall> recordedCalls() {
    return List.copyOf(recorded);
  }

  /// The task that programs run in.
  public Task task() {
    return task;
  }

  /// The CPU that programs run on.
  public int cpu() {
    return cpu;
  }

  /// How many CPUs there are.
  public int cpus() {
    return cpus;
  }

  /// What the clock says.
  public long now() {
    return clock.getAsLong();
  }

  int nextRandom() {
    return random.nextInt();
  }

  FakeMemory memory() {
    return memory;
  }

  long returnValue() {
    return returnValue;
  }

  /// What programs of a cgroup find as the value to return.
  public Environment returnValue(long value) {
    returnValue = value;
    return this;
  }

  /// What `bpf_redirect` returns where it works: 4 (`XDP_REDIRECT`) or 7 (`TC_ACT_REDIRECT`).
  int redirected() {
    return redirected;
  }

  /// Has `bpf_redirect` return what programs of a type return for it.
  public Environment redirected(int action) {
    redirected = action;
    return this;
  }

  void print(String line) {
    if (trace.size() == MOST_KEPT) {
      trace.removeFirst();
    }
    trace.add(line);
    listeners.forEach(listener -> listener.accept(line));
  }

  /// Keeps what a program asked for.
  public void record(String helper, @Nullable Object... arguments) {
    if (recorded.size() == MOST_KEPT) {
      recorded.removeFirst();
    }
    recorded.add(new RecordedCall(helper, java.util.Arrays.asList(arguments)));
  }

  /// Has something released where a program faults before it does so itself.
  void acquired(Runnable release) {
    releases.add(release);
  }

  @SuppressWarnings("ReferenceEquality") // Each is an object of its own.
  void released(Runnable release) {
    releases.removeIf(r -> r == release);
  }

  /// Releases what a program did not, the last first.
  public void releaseAll() {
    var open = List.copyOf(releases).reversed();
    releases.clear();
    open.forEach(Runnable::run);
  }

  /// Calls a helper function whose result is a number.
  ///
  /// @throws UnsupportedFeatureException where it does nothing on the JVM
  public long number(int helper, @Nullable Object... arguments) {
    var answer = answers.get(helper);
    if (answer != null) {
      return switch (answer.call(arguments)) {
        case null -> 0;
        case Number number -> number.longValue();
        case Boolean truth -> truth ? 1 : 0;
        default ->
            throw new BpfException("the answer of " + name(helper) + " in this test is no number");
      };
    }
    var ofTarget =
        arguments.length > 0 && arguments[0] instanceof HelperTarget target
            ? target.help(helper, arguments)
            : OptionalLong.empty();
    return ofTarget.isPresent() ? ofTarget.getAsLong() : PlainHelpers.call(this, helper, arguments);
  }

  /// Calls a helper function whose result is an object, or null.
  ///
  /// @throws UnsupportedFeatureException where it does nothing on the JVM
  public @Nullable Object object(int helper, @Nullable Object... arguments) {
    var answer = answers.get(helper);
    if (answer == null) {
      throw missing(helper);
    }
    return answer.call(arguments);
  }

  private static String name(int helper) {
    return HelperFunction.of(helper).map(HelperFunction::name).orElse("helper " + helper);
  }

  static UnsupportedFeatureException missing(int helper) {
    var name = name(helper);
    return new UnsupportedFeatureException(
        name + " on the JVM",
        null,
        name
            + " does nothing on the JVM by itself\n  try: Environment.current().answer(\""
            + name
            + "\", arguments -> …) in the test, or the virtual kernel");
  }
}
