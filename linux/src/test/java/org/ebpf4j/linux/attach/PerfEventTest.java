package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.attach.PerfSource;
import org.ebpf4j.attach.PerfSource.Breakpoint;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.OpenPerfEvent;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

@KernelTest
class PerfEventTest {
  private static final long ENOUGH = 10;

  /// Threads that keep every CPU busy.
  private static final class Load implements AutoCloseable {
    private final AtomicBoolean on = new AtomicBoolean(true);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    Load() {
      for (var _ : Cpus.online()) {
        threads.execute(this::spin);
      }
    }

    private void spin() {
      while (on.get()) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void close() {
      on.set(false);
      threads.close();
    }
  }

  private static boolean enoughOnEveryCpu(LoadedObject object) {
    var counts = object.counts(0);
    return Cpus.online().stream().allMatch(cpu -> counts[cpu] >= ENOUGH);
  }

  /// The clock of a second program, attached after the first one was taken off, tells how long to
  /// watch that the first one's counts stand still.
  private static void countsUntilClosed(PerfEvent point) throws Exception {
    try (var first = LoadedObject.of("attach_perf");
        var second = LoadedObject.of("attach_perf");
        var _ = new Load()) {
      try (var _ = first.program("samples").attach(point)) {
        Await.until("counts on every CPU", () -> enoughOnEveryCpu(first));
      }
      var before = first.counts(0);
      try (var _ = second.program("samples").attach(point)) {
        Await.until("counts on every CPU", () -> enoughOnEveryCpu(second));
      }
      assertThat(first.counts(0)).isEqualTo(before);
      assertThat(Arrays.stream(before).filter(n -> n > 0).count()).isEqualTo(Cpus.online().size());
    }
  }

  @Test
  @EffectOf("perf_event")
  void frequencyCountsOnEveryCpuUntilClosed() throws Exception {
    countsUntilClosed(PerfEvent.frequency(Counter.CPU_CLOCK, 99));
  }

  @Test
  void periodCountsOnEveryCpuUntilClosed() throws Exception {
    countsUntilClosed(PerfEvent.period(Counter.CPU_CLOCK, 5_000_000));
  }

  /// Virtual machines seldom have hardware counters.
  @Test
  void counterThatTheMachineLacksIsNamed() {
    try (var object = LoadedObject.of("attach_perf")) {
      var point = PerfEvent.period(Counter.CACHE_MISSES, 1_000_000);
      try (var _ = object.program("samples").attach(point)) {
        abort("this machine counts cache-misses");
      } catch (UnsupportedFeatureException e) {
        assertThat(e)
            .hasMessageContaining("this machine does not count cache-misses")
            .hasMessageContaining("try: cpu-clock");
      }
    }
  }

  @Test
  @RequiresKernel(value = "5.15", because = "links on perf events")
  void hasALinkObjectForEachCpu() {
    try (var object = LoadedObject.of("attach_perf")) {
      var program = object.program("samples");
      try (var link = program.attach(PerfEvent.frequency(Counter.CPU_CLOCK, 99))) {
        assertThat(link.info())
            .hasSameSizeAs(Cpus.online())
            .allMatch(info -> info.programId() == program.id());
      }
    }
  }

  private static long total(LoadedObject object) {
    return Arrays.stream(object.counts(0)).sum();
  }

  private static final int PID = (int) ProcessHandle.current().pid();

  @Test
  void oneCpuIsCountedAlone() throws Exception {
    var cpu = Cpus.online().getLast();
    try (var object = LoadedObject.of("attach_perf");
        var _ = new Load()) {
      var point = PerfEvent.frequency(Counter.CPU_CLOCK, 99).onCpu(cpu);
      try (var _ = object.program("samples").attach(point)) {
        Await.until("counts on the CPU", () -> object.counts(0)[cpu] >= ENOUGH);
      }
      assertThat(total(object)).isEqualTo(object.counts(0)[cpu]);
    }
  }

  @Test
  void aCpuThatIsNotThereIsNamed() {
    try (var object = LoadedObject.of("attach_perf")) {
      var point = PerfEvent.frequency(Counter.CPU_CLOCK, 99).onCpu(99_999);
      assertThatThrownBy(() -> object.program("samples").attach(point).close())
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("99999");
    }
  }

  /// The threads that the process starts later are counted too.
  @Test
  void theThreadsOfOneProcessAreCountedAlone() throws Exception {
    try (var object = LoadedObject.of("attach_perf");
        var idle = ChildShell.start();
        var _ = new Load()) {
      // A shell is busy until it has begun to read.
      idle.run("true");
      var clock = PerfEvent.frequency(Counter.CPU_CLOCK, 999);
      try (var _ = object.program("samples").attach(clock.inProcess((int) idle.pid()));
          var other = LoadedObject.of("attach_perf");
          var _ = other.program("samples").attach(clock.inProcess(PID));
          var _ = new Load()) {
        Await.until("counts of this process", () -> total(other) >= ENOUGH);
        assertThat(total(object)).isZero();
        idle.run("for ((i = 0; i < 200000; i++)); do :; done");
        assertThat(total(object)).isPositive();
      }
      var before = total(object);
      idle.run("for ((i = 0; i < 200000; i++)); do :; done");
      assertThat(total(object)).isEqualTo(before);
    }
  }

  @Test
  void aProcessThatIsNotThereIsNamed() {
    try (var object = LoadedObject.of("attach_perf")) {
      var point = PerfEvent.frequency(Counter.CPU_CLOCK, 99).inProcess(1 << 30);
      assertThatThrownBy(() -> object.program("samples").attach(point).close())
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("there is no process 1073741824");
    }
  }

  @Test
  void countsOfTheKernelAreSampledByPeriod() {
    try (var object = LoadedObject.of("attach_perf");
        var memory = Arena.ofConfined()) {
      var point = PerfEvent.period(Counter.PAGE_FAULTS, 1).inProcess(PID);
      try (var _ = object.program("samples").attach(point)) {
        memory.allocate(1 << 22).fill((byte) 1);
        assertThat(total(object)).isPositive();
      }
    }
  }

  @Test
  void writesToAnAddressAreSeenUntilClosed() {
    try (var object = LoadedObject.of("attach_perf");
        var memory = Arena.ofConfined()) {
      var word = memory.allocate(8, 8);
      var point =
          PerfEvent.period(new Breakpoint(word.address(), 8, Breakpoint.Access.WRITE), 1)
              .inProcess(PID);
      try (var _ = object.program("samples").attach(point)) {
        for (int i = 0; i < 5; i++) {
          word.set(ValueLayout.JAVA_LONG, 0, i);
        }
        assertThat(total(object)).isEqualTo(5);
      } catch (UnsupportedFeatureException e) {
        abort("this machine has no debug registers: " + e.getMessage());
      }
      word.set(ValueLayout.JAVA_LONG, 0, 7);
      assertThat(total(object)).isEqualTo(5);
    }
  }

  @Test
  void anAddressThatCannotBeWatchedIsExplained() {
    try (var object = LoadedObject.of("attach_perf")) {
      var point =
          PerfEvent.period(new Breakpoint(0x1001, 8, Breakpoint.Access.WRITE), 1).inProcess(PID);
      assertThatThrownBy(() -> object.program("samples").attach(point).close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("a multiple of the length");
    }
  }

  @Test
  void cachesAndEventsOfTheModelAreAskedFor() {
    for (var source : List.of("L1-dcache-load-misses", "r3c")) {
      try (var object = LoadedObject.of("attach_perf")) {
        var point = PerfEvent.period(PerfSource.parse(source), 1_000_000);
        try (var link = object.program("samples").attach(point)) {
          assertThat(link.isOpen()).isTrue();
        } catch (UnsupportedFeatureException e) {
          assertThat(e).hasMessageContaining("this machine does not count " + source);
        }
      }
    }
  }

  @Test
  void aFrequencyAboveTheLimitIsExplained() {
    try (var object = LoadedObject.of("attach_perf")) {
      var point = PerfEvent.frequency(Counter.CPU_CLOCK, 1_000_000_000L);
      assertThatThrownBy(() -> object.program("samples").attach(point).close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("kernel.perf_event_max_sample_rate");
    }
  }

  @Test
  @RequiresKernel(value = "5.15", because = "links on perf events")
  void eventsThatTheCallerOpenedStayTheCallers() throws Exception {
    var cpu = Cpus.online().getFirst();
    try (var first = LoadedObject.of("attach_perf");
        var second = LoadedObject.of("attach_perf");
        var event =
            Perf.openSampling(1, Counter.CPU_CLOCK.config(), 99, true, PerfEvent.ALL, cpu).fd();
        var _ = new Load()) {
      var point = PerfEvent.opened(new OpenPerfEvent(event.number()));
      try (var _ = first.program("samples").attach(point)) {
        Await.until("counts on the CPU", () -> first.counts(0)[cpu] >= ENOUGH);
      }
      var before = total(first);
      try (var _ = second.program("samples").attach(point)) {
        Await.until("counts on the CPU", () -> second.counts(0)[cpu] >= ENOUGH);
      }
      assertThat(total(first)).isEqualTo(before);
      assertThat(event.isOpen()).isTrue();
    }
  }
}
