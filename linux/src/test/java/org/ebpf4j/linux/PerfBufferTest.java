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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.ebpf4j.RunInput;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.internal.host.Cpus;
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
  private static final PerfBufferOptions SMALL = PerfBufferOptions.DEFAULT.withBytesPerCpu(4096);

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
  void readsWhatProgramsWriteOnEachCpu() {
    try (var object = load();
        var buffer = object.perfBuffer("events")) {
      assertThat(buffer.cpus()).containsExactlyElementsOf(Cpus.online());
      assertThat(buffer.name()).isEqualTo("events");
      for (int cpu : buffer.cpus()) {
        emit(object, cpu, 10 + cpu, 16);
      }
      var counts = new HashMap<Integer, Integer>();
      var read =
          buffer.poll(
              LONG,
              (cpu, record) -> {
                assertThat(record.get(ValueLayout.JAVA_INT, 8)).isEqualTo(cpu);
                assertThat(record.isReadOnly()).isTrue();
                // 16 bytes, and 4 to a multiple of 8 with the length of 4.
                assertThat(record.byteSize()).isEqualTo(20);
                sequence(record);
                counts.merge(cpu, 1, Integer::sum);
              });
      var expected = new HashMap<Integer, Integer>();
      buffer.cpus().forEach(cpu -> expected.put(cpu, 10 + cpu));
      assertThat(counts).isEqualTo(expected);
      assertThat(read).isEqualTo(expected.values().stream().mapToInt(i -> i).sum());
      assertThat(buffer.consume((_, _) -> {})).isZero();
      assertThat(buffer.lost()).isZero();
    }
  }

  /// Every length, so that the end of the ring cuts records at every place where it can.
  @Test
  void recordsAreWholeWhereverTheRingEnds() {
    try (var object = load();
        var buffer = object.map("events").perfBuffer(SMALL)) {
      var cpu = buffer.cpus().getLast();
      var expected = new AtomicLong();
      for (int round = 0; round < 3; round++) {
        for (int length = 16; length <= 1024; length++) {
          var size = length;
          emit(object, cpu, 1, length);
          var read =
              buffer.poll(
                  LONG,
                  (_, record) -> {
                    assertThat(record.byteSize()).isBetween((long) size, size + 7L);
                    assertThat(sequence(record)).isEqualTo(expected.getAndIncrement());
                    if (size > 16) {
                      assertThat(record.get(ValueLayout.JAVA_BYTE, size - 1))
                          .isEqualTo((byte) (expected.get() - 1));
                    }
                  });
          assertThat(read).isEqualTo(1);
        }
      }
      assertThat(expected.get()).isEqualTo(3 * 1009);
    }
  }

  @Test
  void countsWhatWasLost() {
    try (var object = load();
        var buffer = object.map("events").perfBuffer(SMALL)) {
      var told = new HashMap<Integer, Long>();
      buffer.onLost((cpu, count) -> told.merge(cpu, count, Long::sum));
      var received = new AtomicLong();
      for (int cpu : buffer.cpus()) {
        emit(object, cpu, 3000, 64);
      }
      buffer.consume((_, _) -> received.incrementAndGet());
      assertThat(received.get()).isPositive().isLessThan(3000);
      // The kernel tells with the next record.
      for (int cpu : buffer.cpus()) {
        emit(object, cpu, 1, 64);
      }
      buffer.consume((_, _) -> received.incrementAndGet());
      assertThat(received.get() + buffer.lost()).isEqualTo(Runs.number(object, "sent"));
      assertThat(buffer.lost()).isEqualTo(Runs.number(object, "failed"));
      var counted = new HashMap<Integer, Long>();
      buffer.cpus().forEach(cpu -> counted.put(cpu, buffer.lost(cpu)));
      assertThat(told).isEqualTo(counted).hasSameSizeAs(buffer.cpus());
      assertThat(buffer.lost(1 << 20)).isZero();
    }
  }

  /// With a reader that runs at the same time as those who write.
  @Test
  void losesNoCountUnderLoad() throws Exception {
    try (var object = load();
        var buffer = object.map("events").perfBuffer(SMALL)) {
      var received = new AtomicLong();
      var last = new HashMap<Integer, Long>();
      var writing = new AtomicBoolean(true);
      var reader =
          CompletableFuture.runAsync(
              () -> {
                while (writing.get()) {
                  buffer.poll(
                      Duration.ofMillis(5), (cpu, record) -> check(last, cpu, record, received));
                }
              },
              THREADS);
      var writers = new ArrayList<CompletableFuture<Void>>();
      for (int cpu : buffer.cpus()) {
        writers.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    emit(object, cpu, 1000, 16 + i);
                  }
                },
                THREADS));
      }
      for (var writer : writers) {
        writer.get(60, TimeUnit.SECONDS);
      }
      writing.set(false);
      reader.get(60, TimeUnit.SECONDS);
      buffer.consume((cpu, record) -> check(last, cpu, record, received));
      for (int cpu : buffer.cpus()) {
        emit(object, cpu, 1, 16);
      }
      buffer.consume((cpu, record) -> check(last, cpu, record, received));
      assertThat(Runs.number(object, "sent")).isEqualTo(buffer.cpus().size() * 50_001L);
      assertThat(received.get() + buffer.lost()).isEqualTo(Runs.number(object, "sent"));
    }
  }

  private static void check(
      Map<Integer, Long> last, int cpu, MemorySegment record, AtomicLong received) {
    var sequence = sequence(record);
    assertThat(sequence).isGreaterThan(last.getOrDefault(cpu, -1L));
    last.put(cpu, sequence);
    received.incrementAndGet();
  }

  @Test
  void readsTypedValues() {
    try (var object = load();
        var buffer = object.perfBuffer("events")) {
      var events = buffer.as(Event.class);
      assertThat(events.buffer()).isSameAs(buffer);
      assertThat(events.next(Duration.ZERO)).isEmpty();
      emit(object, 0, 3, 16);
      assertThat(events.next(LONG)).contains(new Event(0, 0, 0x5a5a5a5a));
      var rest = new ArrayList<Event>();
      assertThat(events.poll(LONG, 1, (_, event) -> rest.add(event))).isEqualTo(1);
      assertThat(events.consume((_, event) -> rest.add(event))).isEqualTo(1);
      assertThat(rest).extracting(Event::sequence).containsExactly(1L, 2L);
    }
  }

  record Longer(long sequence, int cpu, int check, long a, long b) {}

  /// The kernel adds 4 bytes to a record of 16, in which a number of 8 bytes has no place.
  @Test
  void aShorterRecordHasWhatIsThere() {
    try (var object = load();
        var buffer = object.perfBuffer("events")) {
      emit(object, 0, 1, 16);
      assertThat(buffer.as(Codec.of(Longer.class)).next(LONG))
          .contains(new Longer(0, 0, 0x5a5a5a5a, 0, 0));
    }
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
  void segmentsAreGoneAfterTheCallback() {
    var kept = new ArrayList<MemorySegment>();
    try (var object = load();
        var buffer = object.map("events").perfBuffer(SMALL)) {
      // The last but one goes over the end of the ring.
      emit(object, 0, 3, 1024);
      buffer.consume((_, record) -> kept.add(record));
      emit(object, 0, 3, 1024);
      buffer.consume((_, record) -> kept.add(record));
      assertThat(kept).hasSize(6);
      for (var record : kept) {
        assertThatThrownBy(() -> record.get(ValueLayout.JAVA_BYTE, 0))
            .isInstanceOf(IllegalStateException.class);
      }
    }
    for (var record : kept) {
      assertThatThrownBy(() -> record.get(ValueLayout.JAVA_BYTE, 0))
          .isInstanceOf(IllegalStateException.class);
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
  void programsWriteNowhereOnceClosed() {
    try (var object = load()) {
      object.perfBuffer("events").close();
      emit(object, 0, 5, 16);
      assertThat(Runs.number(object, "failed")).isEqualTo(5);
      try (var buffer = object.perfBuffer("events")) {
        emit(object, 0, 5, 16);
        assertThat(buffer.consume((_, _) -> {})).isEqualTo(5);
      }
    }
  }

  @Test
  void keepsNewestWhereItOverwrites() {
    try (var object = load();
        var buffer = object.perfBuffer("events", SMALL.overwriting())) {
      assertThat(snapshot(buffer)).isEmpty();
      var cpu = buffer.cpus().getLast();
      emit(object, cpu, 3, 16);
      assertThat(snapshot(buffer)).containsExactly(0L, 1L, 2L);
      assertThat(snapshot(buffer)).containsExactly(0L, 1L, 2L);
      for (int length = 17; length < 1000; length += 13) {
        emit(object, cpu, 300, length);
        var newest = snapshot(buffer);
        var sent = Runs.number(object, "sent");
        assertThat(newest).hasSizeBetween(3, 4096 / 32).last().isEqualTo(sent - 1);
        for (int i = 0; i < newest.size(); i++) {
          assertThat(newest.get(i)).isEqualTo(sent - newest.size() + i);
        }
      }
      assertThat(Runs.number(object, "failed")).isZero();
      assertThatThrownBy(() -> buffer.consume((_, _) -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("read with snapshot");
      assertThatThrownBy(() -> buffer.source((_, _) -> {}))
          .isInstanceOf(IllegalStateException.class);
      var typed = new ArrayList<Event>();
      buffer.as(Event.class).snapshot((_, event) -> typed.add(event));
      assertThat(typed).extracting(Event::sequence).isEqualTo(snapshot(buffer));
    }
  }

  private static List<Long> snapshot(PerfBuffer buffer) {
    var sequences = new ArrayList<Long>();
    var count = buffer.snapshot((_, record) -> sequences.add(sequence(record)));
    assertThat(sequences).hasSize(count);
    return sequences;
  }

  @Test
  void pollerReadsSeveralBuffers() {
    try (var first = load();
        var second = load();
        var one = first.perfBuffer("events");
        var other = second.perfBuffer("events");
        var poller = kernel.ringPoller()) {
      var counts = new HashMap<String, Integer>();
      poller.add(one.source((_, _) -> counts.merge("one", 1, Integer::sum)));
      poller.add(other.as(Event.class).source((_, _) -> counts.merge("other", 1, Integer::sum)));
      emit(first, one.cpus().getLast(), 2, 16);
      emit(second, 0, 3, 16);
      var total = 0;
      while (total < 5) {
        var read = poller.poll(LONG);
        assertThat(read).isPositive();
        total += read;
      }
      assertThat(counts).isEqualTo(Map.of("one", 2, "other", 3));
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

  @Test
  void opensNothingAnewWhereAllCpusStayed() {
    try (var object = load();
        var buffer = object.perfBuffer("events")) {
      emit(object, 0, 1, 16);
      assertThat(buffer.refresh()).isEmpty();
      emit(object, 0, 1, 16);
      assertThat(buffer.consume((_, _) -> {})).isEqualTo(2);
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
