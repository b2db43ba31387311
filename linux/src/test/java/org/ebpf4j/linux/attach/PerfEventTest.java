package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Cpus;
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
            .hasMessageContaining("cpu-clock is always there");
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
}
