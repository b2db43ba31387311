package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Records that programs write for perf buffers, CPU for CPU.
@Timeout(120)
public abstract class PerfBufferContract {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final PerfBufferOptions SMALL = PerfBufferOptions.DEFAULT.withBytesPerCpu(4096);
  private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

  private Kernel kernel;

  /// The kernel whose perf buffers are read.
  protected abstract Kernel open();

  @BeforeEach
  void openKernel() {
    kernel = open();
  }

  @AfterEach
  void closeKernel() {
    kernel.close();
  }

  record Event(long sequence, int cpu, int check) {}

  private BpfObject load() {
    return kernel.load(ObjectSpec.read("perf_events.bpf.o", TestObjects.bytes("perf_events")));
  }

  private static long number(BpfObject object, String variable) {
    return object.variable(variable).get();
  }

  /// Has the program write `times` records of `length` bytes on a CPU.
  private static void emit(BpfObject object, int cpu, int times, int length) {
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
      assertThat(buffer.cpus()).isNotEmpty().isSorted();
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
      assertThat(received.get() + buffer.lost()).isEqualTo(number(object, "sent"));
      assertThat(buffer.lost()).isEqualTo(number(object, "failed"));
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
      assertThat(number(object, "sent")).isEqualTo(buffer.cpus().size() * 50_001L);
      assertThat(received.get() + buffer.lost()).isEqualTo(number(object, "sent"));
    }
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
  void programsWriteNowhereOnceClosed() {
    try (var object = load()) {
      object.perfBuffer("events").close();
      emit(object, 0, 5, 16);
      assertThat(number(object, "failed")).isEqualTo(5);
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
        var sent = number(object, "sent");
        assertThat(newest).hasSizeBetween(3, 4096 / 32).last().isEqualTo(sent - 1);
        for (int i = 0; i < newest.size(); i++) {
          assertThat(newest.get(i)).isEqualTo(sent - newest.size() + i);
        }
      }
      assertThat(number(object, "failed")).isZero();
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
  void opensNothingAnewWhereAllCpusStayed() {
    try (var object = load();
        var buffer = object.perfBuffer("events")) {
      emit(object, 0, 1, 16);
      assertThat(buffer.refresh()).isEmpty();
      emit(object, 0, 1, 16);
      assertThat(buffer.consume((_, _) -> {})).isEqualTo(2);
    }
  }

  record Longer(long sequence, int cpu, int check, long a, long b) {}

  private static void check(
      Map<Integer, Long> last, int cpu, MemorySegment record, AtomicLong received) {
    var sequence = sequence(record);
    assertThat(sequence).isGreaterThan(last.getOrDefault(cpu, -1L));
    last.put(cpu, sequence);
    received.incrementAndGet();
  }

  private static List<Long> snapshot(PerfBuffer buffer) {
    var sequences = new ArrayList<Long>();
    var count = buffer.snapshot((_, record) -> sequences.add(sequence(record)));
    assertThat(sequences).hasSize(count);
    return sequences;
  }
}
