package org.ebpf4j.linux.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxMap;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCalls;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.spi.Closing;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The instructions, beginnings and ends one behind the other in one program, which the kernel runs
/// when asked: so what comes between a beginning and an end is up to the test, all of it is on one
/// CPU, and no program is traced.
@KernelTest
@RequiresKernel(value = "5.10", because = "runs of raw tracepoint programs")
class ProfileCodeTest {
  private static final List<Counter> COUNTERS = List.of(Counter.CPU_CLOCK, Counter.PAGE_FAULTS);

  private final LinuxKernel kernel = LinuxKernel.open();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private int[] events;
  private int empty;
  private LinuxMap values;
  private ProfileCode code;

  @BeforeEach
  void open() {
    events = COUNTERS.stream().mapToInt(this::counting).toArray();
    empty = array().fd();
    values = values(COUNTERS.size());
    code = new ProfileCode(values.fd(), events);
  }

  @AfterEach
  void close() {
    Closing.all(opened);
  }

  private <T extends AutoCloseable> T keep(T part) {
    opened.add(part);
    return part;
  }

  private LinuxMap array() {
    var size = Collections.max(Cpus.online()) + 1L;
    return keep(kernel.createMap(MapSpec.of("events", MapType.PERF_EVENT_ARRAY, 4, 4, size)));
  }

  private int counting(Counter counter) {
    var array = array().fd();
    for (int cpu : Cpus.online()) {
      var event = keep(PerfCounters.ofCpu("a test", counter, cpu).orElseThrow()).number();
      assertThat(Perf.enable(event)).isZero();
      assertThat(Bpf.mapUpdate(array, word(cpu), word(event), 0)).isZero();
    }
    return array;
  }

  private static byte[] word(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  private LinuxMap values(int counters) {
    return keep(
        kernel.createMap(
            MapSpec.of("values", MapType.PERCPU_ARRAY, 4, ProfileCode.valueSize(counters), 1)));
  }

  /// Runs them one behind the other: each ends with `return 0`, of which only the last stays.
  private void run(Instructions... parts) {
    var slots = new ArrayList<Long>();
    for (var part : parts) {
      var end = slots.isEmpty() ? 0 : slots.size() - 2;
      slots.subList(end, slots.size()).clear();
      Arrays.stream(part.toSlots()).forEach(slots::add);
    }
    var whole = Instructions.of(slots.stream().mapToLong(Long::longValue).toArray());
    var bytes = whole.toBytes(ByteOrder.nativeOrder());
    try (var object =
        kernel.load(ObjectSpec.readInstructions("profile", bytes, ProgramType.RAW_TRACEPOINT))) {
      object.program("profile").run(RunInput.none());
    }
  }

  /// Calls on a map, through a descriptor of their own.
  private static MapCalls calls(LinuxMap map) {
    return new MapCalls(Fd.duplicate(map.fd()), map.keySize(), map.valueSize(), false);
  }

  private static ProgramProfile profile(LinuxMap map, List<Counter> counters, long missed) {
    try (var calls = calls(map);
        var lane = Objects.requireNonNull(calls.enter())) {
      lane.key().set(ValueLayout.JAVA_INT, 0, 0);
      assertThat(lane.lookup(0)).isZero();
      return ProfileCode.profile(lane.value(), counters, missed);
    }
  }

  private ProgramProfile profile() {
    return profile(values, COUNTERS, 0);
  }

  @Test
  void addsUpWhatWasCountedBetweenBeginningsAndEnds() {
    assertThat(profile().runs()).isZero();
    assertThat(profile().perRun(Counter.CPU_CLOCK)).isNaN();
    run(code.entry());
    assertThat(profile().runs()).isZero();
    run(code.entry(), code.exit());
    var first = profile();
    assertThat(first.runs()).isEqualTo(1);
    assertThat(first.unmeasured()).isZero();
    assertThat(first.counts()).containsOnlyKeys(Counter.CPU_CLOCK, Counter.PAGE_FAULTS);
    assertThat(first.counts().get(Counter.CPU_CLOCK)).isPositive();
    assertThat(first.estimated()).isEmpty();
    run(code.entry(), code.exit(), code.entry(), code.exit(), code.entry(), code.exit());
    // The clock of an emulated machine goes forward in steps of milliseconds.
    var runs = 4;
    while (runs < 5_000
        && Objects.equals(
            profile().counts().get(Counter.CPU_CLOCK), first.counts().get(Counter.CPU_CLOCK))) {
      run(code.entry(), code.exit());
      runs++;
    }
    var all = profile();
    assertThat(all.measured()).isEqualTo(runs);
    assertThat(all.counts().get(Counter.CPU_CLOCK))
        .isGreaterThan(first.counts().get(Counter.CPU_CLOCK));
    assertThat(all.counts())
        .containsEntry(Counter.CPU_CLOCK, Math.round(all.perRun(Counter.CPU_CLOCK) * runs));
  }

  @Test
  void ofRunsInOneAnotherTheInnerIsMeasured() {
    run(code.entry(), code.entry(), code.exit());
    var inner = profile();
    assertThat(inner.runs()).isEqualTo(1);
    assertThat(inner.measured()).isEqualTo(1);
    run(code.entry(), code.entry(), code.exit(), code.exit());
    var all = profile();
    assertThat(all.runs()).isEqualTo(3);
    assertThat(all.unmeasured()).isEqualTo(1);
  }

  @Test
  void endWithoutBeginningIsNotMeasured() {
    run(code.exit());
    assertThat(profile().unmeasured()).isEqualTo(1);
    assertThat(profile().counts()).containsEntry(Counter.CPU_CLOCK, 0L);
  }

  /// As if another thread's run had begun on this CPU, whichever it is.
  @Test
  void runThatMadeWayForThatOfAnotherThreadIsNotMeasured() {
    var each = ProfileCode.valueSize(COUNTERS.size());
    try (var calls = calls(values);
        var lane = Objects.requireNonNull(calls.enter())) {
      lane.key().set(ValueLayout.JAVA_INT, 0, 0);
      for (long at = 0; at < lane.value().byteSize(); at += each) {
        lane.value().set(ValueLayout.JAVA_LONG, at, 1L << 62);
      }
      assertThat(lane.update(0)).isZero();
    }
    run(code.exit());
    assertThat(profile().runs()).isEqualTo(1);
    assertThat(profile().unmeasured()).isEqualTo(1);
    assertThat(profile().counts()).containsEntry(Counter.CPU_CLOCK, 0L);
    try (var calls = calls(values);
        var lane = Objects.requireNonNull(calls.enter())) {
      lane.key().set(ValueLayout.JAVA_INT, 0, 0);
      assertThat(lane.lookup(0)).isZero();
      for (long at = 0; at < lane.value().byteSize(); at += each) {
        assertThat(lane.value().get(ValueLayout.JAVA_LONG, at))
            .as("the other one goes on")
            .isEqualTo(1L << 62);
      }
    }
  }

  @Test
  void runIsNotMeasuredWhereOneCounterIsMissing() {
    var lacking = new ProfileCode(values.fd(), new int[] {events[0], empty});
    run(lacking.entry(), code.exit());
    assertThat(profile().unmeasured()).isEqualTo(1);
    run(code.entry(), lacking.exit());
    assertThat(profile().unmeasured()).isEqualTo(2);
    assertThat(profile().counts()).containsEntry(Counter.CPU_CLOCK, 0L);
    assertThat(profile().measured()).isZero();
    assertThat(profile(values, COUNTERS, 3).runs()).as("with those missed").isEqualTo(5);
    assertThat(profile(values, COUNTERS, 3).unmeasured()).isEqualTo(5);
  }

  @Test
  void countOfPartOfTheTimeIsPutInProportion() {
    var counts = List.of(new Perf.Count(30, 100, 25), new Perf.Count(0, 100, 0));
    var profile = PerfCounters.profile(4, 1, COUNTERS, counts);
    assertThat(profile.counts()).containsOnlyKeys(Counter.CPU_CLOCK);
    assertThat(profile.perRun(Counter.CPU_CLOCK)).isEqualTo(120 / 3.0);
    assertThat(profile.estimated()).containsExactly(Counter.CPU_CLOCK);
  }

  /// There is room on the stack for all counters there are, and the jumps reach.
  @Test
  void measuresWithAllCountersAtOnce() {
    var all = new int[Counter.values().length];
    Arrays.fill(all, events[0]);
    var map = values(all.length);
    var whole = new ProfileCode(map.fd(), all);
    run(whole.entry(), whole.exit());
    var profile = profile(map, List.of(Counter.values()), 0);
    assertThat(profile.measured()).isEqualTo(1);
    assertThat(profile.counts()).hasSize(all.length);
    assertThat(profile.counts().values()).allMatch(count -> count > 0);
  }
}
