package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.ebpf4j.RunInput;
import org.ebpf4j.contract.Waiting;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Records that a program writes on CPUs of the test's choice.
@KernelTest
@RequiresKernel(value = "5.12", because = "the programs fetch what they add to")
class PerfBufferTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

  private final LinuxKernel kernel = LinuxKernel.open();

  record Event(long sequence, int cpu, int check) {}

  private LinuxObject load() {
    return kernel.load(Runs.spec("perf_events"));
  }

  /// Has the program write `times` records of `length` bytes on a CPU.
  private static void emit(LinuxObject object, int cpu, int times, int length) {
    for (var left = times; left > 0; left -= 1024) {
      var context = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
      context.putLong(Math.min(left, 1024)).putLong(length);
      var input = RunInput.context(context.array()).cpu(cpu);
      assertThat(object.program("perf_emit").run(input).returnValue()).isZero();
    }
  }

  private static long sequence(MemorySegment record) {
    var sequence = record.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    assertThat(record.get(ValueLayout.JAVA_INT, 12)).isEqualTo((int) sequence ^ 0x5a5a5a5a);
    return sequence;
  }

  @Test
  void wakesAfterSoManyRecords() throws Exception {
    wakesAfterTenth(PerfBufferOptions.DEFAULT.wakeupEvents(10));
  }

  /// A record of 16 bytes takes 32 in the ring.
  @Test
  void wakesAfterSoManyBytes() throws Exception {
    wakesAfterTenth(PerfBufferOptions.DEFAULT.wakeupBytes(10 * 32 - 1));
  }

  private void wakesAfterTenth(PerfBufferOptions options) throws Exception {
    try (var object = load();
        var buffer = object.perfBuffer("events", options)) {
      var cpu = buffer.cpus().getLast();
      var reader = Waiting.start(() -> buffer.poll(LONG, (_, _) -> {})).asleep();
      emit(object, cpu, 9, 16);
      Thread.sleep(300);
      assertThat(reader.isDone()).isFalse();
      emit(object, cpu, 1, 16);
      assertThat(reader.get()).isEqualTo(10);
      // What came without a wake-up is read, too.
      emit(object, cpu, 3, 16);
      assertThat(buffer.poll(LONG, (_, _) -> {})).isEqualTo(3);
    }
  }

  @Test
  void closeWakesWhoWaits() throws Exception {
    try (var object = load()) {
      Waiting<Integer> reader;
      try (var buffer = object.perfBuffer("events")) {
        reader = Waiting.start(() -> buffer.poll(LONG, (_, _) -> {})).asleep();
      }
      assertThat(reader.get()).isZero();
    }
  }

  @Test
  void closeWaitsForCallback() throws Exception {
    try (var object = load()) {
      var seen = new CompletableFuture<Void>();
      var finished = new AtomicBoolean();
      CompletableFuture<Integer> reader;
      try (var buffer = object.perfBuffer("events")) {
        emit(object, 0, 1, 16);
        reader =
            CompletableFuture.supplyAsync(
                () ->
                    buffer.poll(
                        LONG,
                        (_, record) -> {
                          seen.complete(null);
                          pause();
                          sequence(record);
                          finished.set(true);
                        }),
                THREADS);
        seen.get(30, TimeUnit.SECONDS);
      }
      assertThat(finished).isTrue();
      assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void wrongUseThrows() {
    try (var object = load()) {
      assertThatThrownBy(() -> object.map("scratch").perfBuffer())
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("map 'scratch' is no perf buffer (perf_event_array)");
      PerfBuffer closed;
      try (var buffer = object.perfBuffer("events")) {
        closed = buffer;
        emit(object, 0, 1, 16);
        var thrown = new AtomicReference<Throwable>();
        buffer.consume((_, _) -> {
          try {
            buffer.consume((_, _) -> {});
          } catch (IllegalStateException e) {
            thrown.set(e);
          }
        });
        assertThat(thrown.get()).hasMessageContaining("is being read by this thread");
        assertThatThrownBy(() -> buffer.snapshot((_, _) -> {}))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("read with poll");
      }
      assertThat(closed.isClosed()).isTrue();
      assertThatThrownBy(() -> closed.consume((_, _) -> {}))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(closed::refresh).isInstanceOf(IllegalStateException.class);
      closed.close();
    }
  }

  @Test
  void pollerIsWokenByAnyCpu() throws Exception {
    try (var object = load();
        var buffer = object.perfBuffer("events");
        var poller = kernel.ringPoller()) {
      poller.add(buffer.source((_, _) -> {}));
      for (int round = 0; round < 20; round++) {
        for (int cpu : buffer.cpus()) {
          var reader = Waiting.start(() -> poller.poll(LONG)).asleep();
          emit(object, cpu, 1, 16);
          assertThat(reader.get()).isEqualTo(1);
        }
      }
    }
  }

  /// Events are stopped here as they are where their CPU is switched off: for good.
  @Test
  void opensAnewWhatWasStopped() throws IOException {
    try (var object = load();
        var buffer = object.perfBuffer("events")) {
      var cpus = buffer.cpus();
      cpus.forEach(cpu -> emit(object, cpu, 2, 16));
      for (int event : perfEvents()) {
        assertThat(Perf.disable(event)).isZero();
      }
      cpus.forEach(cpu -> emit(object, cpu, 1, 16));
      assertThat(Runs.number(object, "failed")).isEqualTo(cpus.size());
      assertThat(buffer.refresh()).containsExactlyElementsOf(cpus);
      assertThat(buffer.cpus()).containsExactlyElementsOf(cpus);
      cpus.forEach(cpu -> emit(object, cpu, 3, 16));
      assertThat(buffer.consume((_, record) -> sequence(record))).isEqualTo(5 * cpus.size());
      assertThat(perfEvents()).hasSameSizeAs(cpus);
      emit(object, 0, 1, 16);
      assertThat(buffer.poll(LONG, (_, _) -> {})).isEqualTo(1);
    }
  }

  private static List<Integer> perfEvents() throws IOException {
    var events = new ArrayList<Integer>();
    try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (var descriptor : descriptors) {
        if (Files.isSymbolicLink(descriptor)
            && Files.readSymbolicLink(descriptor).toString().contains("[perf_event]")) {
          events.add(Integer.parseInt(String.valueOf(descriptor.getFileName())));
        }
      }
    }
    return events;
  }
}
