package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rings that programs write to: what is read, who waits, and what wakes.
@RequiresKernel(value = "5.12", because = "the programs fetch what they add to")
@Timeout(60)
public abstract class RingEventsContract {
  private static final Duration LONG = Duration.ofSeconds(50);

  private Kernel kernel;

  record Event(long sequence, int cpu, int check) {}

  /// The kernel whose rings are read.
  protected abstract Kernel open();

  @BeforeEach
  void openKernel() {
    kernel = open();
  }

  @AfterEach
  void closeKernel() {
    kernel.close();
  }

  private BpfObject load(long size) {
    return load(kernel, size);
  }

  static BpfObject load(Kernel kernel, long size) {
    var spec = ObjectSpec.read("ring_events.bpf.o", TestObjects.bytes("ring_events"));
    return kernel.load(spec.withMap("events", map -> map.withMaxEntries(size)));
  }

  static void emit(BpfObject object, String program, int times) {
    object.program(program).run(RunInput.packet(new byte[64]).repeat(times));
  }

  private static <T> CompletableFuture<T> started(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().start(task));
  }

  @Test
  void readsWhatProgramsWrite() {
    try (var object = load(4096);
        var ring = object.ringBuffer("events")) {
      assertThat(ring.size()).isEqualTo(4096);
      assertThat(ring.name()).isEqualTo("events");
      assertThat(ring.poll(Duration.ZERO, _ -> {})).isZero();
      emit(object, "emit", 3);
      emit(object, "discard", 2);
      emit(object, "emit_long", 1);
      assertThat(ring.available()).isEqualTo(5 * 24 + 408);
      var sizes = new ArrayList<Long>();
      assertThat(ring.poll(LONG, record -> sizes.add(record.byteSize()))).isEqualTo(4);
      assertThat(sizes).containsExactly(16L, 16L, 16L, 397L);
      assertThat(ring.discarded()).isEqualTo(2);
      assertThat(ring.available()).isZero();
    }
  }

  @Test
  void readsValuesWhereverTheRingBegins() {
    try (var object = load(4096);
        var ring = object.ringBuffer("events")) {
      var next = new long[1];
      for (int round = 0; round < 100; round++) {
        emit(object, "emit", 37);
        assertThat(
                ring.as(Event.class)
                    .consume(event -> {
                      assertThat(event.sequence()).isEqualTo(next[0]);
                      assertThat(event.check()).isEqualTo((int) next[0] ^ 0x5a5a5a5a);
                      next[0]++;
                    }))
            .isEqualTo(37);
      }
    }
  }

  @Test
  void fullRingLosesWhatProgramCounts() {
    try (var object = load(4096);
        var ring = object.ringBuffer("events")) {
      emit(object, "emit", 1000);
      var read = ring.consume(_ -> {});
      assertThat(read).isEqualTo(4096 / 24);
      assertThat(object.variable("sent").get()).isEqualTo(1000);
      assertThat(object.variable("lost").get()).isEqualTo(1000 - read);
    }
  }

  @Test
  void wakesWhoWaits() throws Exception {
    try (var object = load(4096);
        var ring = object.ringBuffer("events")) {
      for (int i = 0; i < 20; i++) {
        var reader = started(() -> ring.poll(LONG, _ -> {}));
        Thread.sleep(i % 4);
        emit(object, "emit", 1);
        assertThat(reader.get()).isOne();
      }
    }
  }

  @Test
  void closeWakesWhoWaits() throws Exception {
    try (var object = load(4096)) {
      for (int i = 0; i < 20; i++) {
        var ring = object.ringBuffer("events");
        var reader = started(() -> closed(ring));
        Thread.sleep(i % 4);
        ring.close();
        assertThat(reader.get()).isTrue();
      }
    }
  }

  /// Whether a wait was ended by the close, or came too late.
  private static boolean closed(RingBuffer ring) {
    try {
      return ring.poll(LONG, _ -> {}) == 0;
    } catch (IllegalStateException e) {
      return ring.isClosed();
    }
  }

  @Test
  void interruptionEndsWait() throws Exception {
    try (var object = load(4096);
        var ring = object.ringBuffer("events")) {
      for (var builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
        var reader =
            Waiting.start(
                    builder,
                    () -> ring.poll(LONG, _ -> {}) + " " + Thread.currentThread().isInterrupted())
                .asleep();
        reader.interrupt();
        assertThat(reader.get()).isEqualTo("0 true");
        emit(object, "emit", 1);
        assertThat(ring.poll(LONG, _ -> {})).isOne();
      }
    }
  }

  @Test
  void virtualThreadsWaitTogether() throws Exception {
    try (var object = load(4096);
        var other = load(4096)) {
      for (int i = 0; i < 10; i++) {
        try (var first = object.ringBuffer("events");
            var second = other.ringBuffer("events")) {
          var results = new ArrayList<CompletableFuture<Integer>>();
          for (var ring : List.of(first, second)) {
            results.add(
                CompletableFuture.supplyAsync(
                    () -> ring.poll(LONG, _ -> {}), Thread::startVirtualThread));
          }
          Thread.sleep(i % 4);
          emit(object, "emit", 1);
          emit(other, "emit", 1);
          assertThat(results.getFirst().get()).isOne();
          assertThat(results.getLast().get()).isOne();
        }
      }
    }
  }

  @Test
  void closeWakesVirtualThread() throws Exception {
    try (var object = load(4096)) {
      var ring = object.ringBuffer("events");
      var reader = Waiting.start(Thread.ofVirtual(), () -> ring.poll(LONG, _ -> {})).asleep();
      ring.close();
      assertThat(reader.get()).isZero();
    }
  }

  @Test
  void segmentIsGoneAfterClose() {
    try (var object = load(4096)) {
      var kept = new ArrayList<MemorySegment>();
      var ring = object.ringBuffer("events");
      emit(object, "emit", 2);
      ring.consume(record -> {
        kept.add(record);
        assertThat(record.isReadOnly()).isTrue();
        assertThat(kept.getFirst().get(ValueLayout.JAVA_LONG, 0)).isZero();
        ring.close();
      });
      assertThatThrownBy(() -> kept.getFirst().get(ValueLayout.JAVA_LONG, 0))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void outlivesObject() {
    var object = load(4096);
    try (var ring = object.ringBuffer("events")) {
      emit(object, "emit", 2);
      object.close();
      assertThat(ring.consume(_ -> {})).isEqualTo(2);
      assertThat(ring.poll(Duration.ofMillis(1), _ -> {})).isZero();
    }
  }
}
