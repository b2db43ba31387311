package org.ebpf4j.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.ebpf4j.codec.PairCodec;
import org.ebpf4j.codec.PairCodec.Pair;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.RecordSizeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A ring whose other side is here, so that each of its states can be made.
@Timeout(60)
class RingBufferTest {
  private static final Duration LONG = Duration.ofSeconds(50);

  private final SimulatedRing memory = new SimulatedRing(4096);
  private final RingBuffer ring = new RingBuffer(memory);

  @AfterEach
  void close() {
    ring.close();
    assertThat(memory.closed).isTrue();
  }

  private static <T> CompletableFuture<T> started(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().start(task));
  }

  private List<Long> read() {
    var values = new ArrayList<Long>();
    ring.consume(record -> values.add(record.get(ValueLayout.JAVA_LONG, 0)));
    return values;
  }

  @Test
  void givesRecordsInOrder() {
    assertThat(read()).isEmpty();
    memory.put(1);
    memory.put(2);
    assertThat(ring.available()).isEqualTo(48);
    assertThat(ring.size()).isEqualTo(4096);
    assertThat(read()).containsExactly(1L, 2L);
    assertThat(ring.available()).isZero();
    assertThat(ring.consumerPosition()).isEqualTo(48).isEqualTo(ring.producerPosition());
    assertThat(read()).isEmpty();
  }

  @Test
  void givesLengthAndNoMore() {
    for (int length = 0; length < 20; length++) {
      memory.commit(memory.reserve(length), length, 0);
    }
    var lengths = new ArrayList<Long>();
    ring.consume(record -> lengths.add(record.byteSize()));
    assertThat(lengths).hasSize(20).first().isEqualTo(0L);
    assertThat(lengths).isSorted().last().isEqualTo(19L);
  }

  @Test
  void recordsAreInOnePieceWhereTheRingBegins() {
    for (long i = 0; i < 1000; i++) {
      assertThat(memory.put(i)).isTrue();
      assertThat(read()).containsExactly(i);
    }
  }

  @Test
  void givesAtMostAsManyAsWanted() {
    for (long i = 0; i < 10; i++) {
      memory.put(i);
    }
    var values = new ArrayList<Long>();
    assertThat(ring.poll(Duration.ZERO, 4, r -> values.add(r.get(ValueLayout.JAVA_LONG, 0))))
        .isEqualTo(4);
    assertThat(values).containsExactly(0L, 1L, 2L, 3L);
    assertThat(ring.available()).isEqualTo(6 * 24);
    assertThatThrownBy(() -> ring.poll(Duration.ZERO, 0, _ -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void skipsDiscardedAndCountsThem() {
    memory.put(1);
    memory.commit(memory.reserve(100), 100, SimulatedRing.DISCARD);
    memory.put(2);
    assertThat(read()).containsExactly(1L, 2L);
    assertThat(ring.discarded()).isOne();
    memory.commit(memory.reserve(100), 100, SimulatedRing.DISCARD);
    assertThat(read()).isEmpty();
    assertThat(ring.discarded()).isEqualTo(2);
    assertThat(ring.available()).isZero();
  }

  @Test
  void stopsAtRecordThatIsBeingWritten() {
    memory.put(1);
    var busy = memory.reserve(16);
    memory.put(3);
    assertThat(read()).containsExactly(1L);
    assertThat(read()).isEmpty();
    memory.set(busy, 0, 2);
    memory.commit(busy, 16, 0);
    assertThat(read()).containsExactly(2L, 3L);
  }

  /// Its writer need not wake who waits for it.
  @Test
  void looksAgainAtRecordThatIsBeingWritten() throws Exception {
    var busy = memory.reserve(16);
    var reader = started(() -> ring.poll(LONG, _ -> {}));
    memory.awaitSleeps(3);
    memory.header(busy, 16);
    assertThat(reader.get()).isOne();
  }

  @Test
  void emptyRingIsSleptOverOnce() throws Exception {
    var reader = started(() -> ring.poll(LONG, _ -> {}));
    memory.awaitSleeps(1);
    memory.put(1);
    assertThat(reader.get()).isOne();
    assertThat(memory.sleeps()).isOne();
  }

  @Test
  void readsAtEndOfWaitWhatCameWithoutSignal() throws Exception {
    var reader = started(() -> ring.poll(Duration.ofMillis(200), _ -> {}));
    memory.awaitSleeps(1);
    memory.header(memory.reserve(16), 16);
    assertThat(reader.get()).isOne();
  }

  @Test
  void waitEndsWithTime() {
    assertThat(ring.poll(Duration.ofMillis(1), _ -> {})).isZero();
    assertThat(ring.poll(Duration.ofSeconds(-1), _ -> {})).isZero();
    assertThat(memory.sleeps()).isOne();
  }

  @Test
  void exceptionOfCallbackConsumesItsRecord() {
    for (long i = 0; i < 5; i++) {
      memory.put(i);
    }
    var problem = new IllegalArgumentException("mine");
    assertThatThrownBy(() ->
            ring.consume(record -> {
              if (record.get(ValueLayout.JAVA_LONG, 0) == 2) {
                throw problem;
              }
            }))
        .isSameAs(problem);
    assertThat(ring.available()).isEqualTo(2 * 24);
    assertThat(read()).containsExactly(3L, 4L);
  }

  @Test
  void segmentKeptShowsTheSameOrThrows() {
    var kept = new ArrayList<MemorySegment>();
    for (long i = 0; i < 10; i++) {
      memory.put(i);
    }
    ring.consume(record -> {
      kept.add(record);
      for (int i = 0; i < kept.size(); i++) {
        assertThat(kept.get(i).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(i);
      }
    });
    assertThat(kept).hasSize(10).allSatisfy(RingBufferTest::assertGone);
  }

  /// The producer may write as soon as it sees the reader's position.
  @Test
  void segmentIsGoneBeforeItsRoomIsGivenBack() {
    for (long i = 0; i < 100; i++) {
      memory.put(i);
    }
    var kept = new ArrayList<MemorySegment>();
    var seen = new long[1];
    ring.consume(record -> {
      var position = ring.consumerPosition();
      if (position != seen[0]) {
        assertThat(kept).isNotEmpty().allSatisfy(RingBufferTest::assertGone);
        kept.clear();
        seen[0] = position;
      }
      kept.add(record);
    });
    assertThat(seen[0]).isPositive();
    assertThat(ring.consumerPosition()).isEqualTo(2400);
  }

  private static void assertGone(MemorySegment segment) {
    assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_LONG, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void segmentIsOfThreadThatReads() {
    memory.put(1);
    ring.consume(record ->
        assertThat(
                started(() -> assertThatThrownBy(() -> record.get(ValueLayout.JAVA_LONG, 0)))
                    .join())
            .satisfies(thrown -> thrown.isInstanceOf(WrongThreadException.class)));
  }

  @Test
  void recordsAreReadOnly() {
    memory.put(1);
    ring.consume(record -> assertThat(record.isReadOnly()).isTrue());
  }

  @Test
  void giveRoomBackWhileCallbacksRun() {
    while (memory.put(7)) {
      // Until it is full.
    }
    var refilled = new ArrayList<Boolean>();
    assertThat(ring.consume(_ -> refilled.add(memory.put(8)))).isEqualTo(170);
    assertThat(refilled.indexOf(true)).isBetween(1, 30);
  }

  @Test
  void onePassEndsHoweverFastTheProducerIs() {
    memory.put(0);
    for (int i = 0; i < 5; i++) {
      assertThat(ring.consume(_ -> assertThat(memory.put(1)).isTrue())).isOne();
    }
  }

  @Test
  void damagedLengthIsRefused() {
    memory.put(1);
    var at = memory.reserve(16);
    memory.header(at, 1 << 29);
    var values = new ArrayList<Long>();
    assertThatThrownBy(
            () -> ring.consume(record -> values.add(record.get(ValueLayout.JAVA_LONG, 0))))
        .isInstanceOf(BpfException.class)
        .hasMessage(
            "ring buffer 'simulated' has a record of 536870912 bytes at position 24, which is more"
                + " than the 24 bytes written there");
    assertThat(values).containsExactly(1L);
    assertThat(ring.consumerPosition()).isEqualTo(24);
  }

  @Test
  void damagedPositionsAreRefused() {
    for (var positions : new long[][] {{0, 4104}, {8, 0}, {4, 12}, {0, 4}, {-8, 8000}}) {
      memory.positions(positions[0], positions[1]);
      assertThatThrownBy(this::read)
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("positions that cannot be");
    }
    memory.positions(0, 0);
  }

  @Test
  void positionsRunOverTheirEnd() {
    memory.positions(-48, -48);
    for (long i = 0; i < 10; i++) {
      assertThat(memory.put(i)).isTrue();
    }
    assertThat(ring.available()).isEqualTo(240);
    assertThat(read()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(ring.consumerPosition()).isEqualTo(192);
  }

  @Test
  void closeWakesWhoWaits() throws Exception {
    var reader = started(() -> ring.poll(LONG, _ -> {}));
    memory.awaitSleeps(1);
    ring.close();
    assertThat(memory.closed).isTrue();
    assertThat(reader.get()).isZero();
    assertThatThrownBy(() -> ring.poll(LONG, _ -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("ring buffer 'simulated' is closed");
    assertThatThrownBy(ring::available).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(ring::wakeup).isInstanceOf(IllegalStateException.class);
    assertThatCode(ring::close).doesNotThrowAnyException();
  }

  @Test
  void closeWaitsForCallback() throws Exception {
    memory.put(1);
    memory.put(2);
    var inside = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    var seen = new AtomicReference<Long>();
    var reader =
        started(() ->
            ring.consume(record -> {
              inside.countDown();
              try {
                leave.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              seen.set(record.get(ValueLayout.JAVA_LONG, 0));
            }));
    inside.await();
    var closer =
        started(() -> {
          ring.close();
          return true;
        });
    while (!ring.isClosed()) {
      Thread.onSpinWait();
    }
    assertThat(closer).isNotDone();
    assertThat(memory.closed).isFalse();
    leave.countDown();
    closer.get();
    assertThat(reader.get()).isOne();
    assertThat(seen).hasValue(1L);
    assertThat(memory.closed).isTrue();
  }

  @Test
  void closeInCallbackIsDoneWhenItReturns() {
    memory.put(1);
    memory.put(2);
    assertThat(
            ring.consume(record -> {
              ring.close();
              assertThat(record.get(ValueLayout.JAVA_LONG, 0)).isOne();
              assertThat(memory.closed).isFalse();
              assertThatThrownBy(this::read).hasMessageContaining("is closed");
            }))
        .isOne();
    assertThat(memory.closed).isTrue();
  }

  @Test
  void hasOneReader() throws Exception {
    memory.put(1);
    ring.consume(_ -> {
      assertThatThrownBy(this::read).hasMessageContaining("is being read by this thread");
      assertThatThrownBy(() -> started(this::read).get())
          .hasRootCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is being read by another thread");
    });
  }

  @Test
  void wakeupEndsWaitWithoutClosing() throws Exception {
    var reader = started(() -> ring.poll(LONG, _ -> {}));
    memory.awaitSleeps(1);
    ring.wakeup();
    assertThat(reader.get()).isZero();
    ring.wakeup();
    assertThat(ring.poll(LONG, _ -> {})).isZero();
    memory.put(1);
    assertThat(read()).containsExactly(1L);
  }

  @Test
  void interruptionEndsWaitAndStays() throws Exception {
    var interrupted = new CompletableFuture<Boolean>();
    var thread =
        Thread.ofPlatform()
            .start(() -> {
              assertThat(ring.poll(LONG, _ -> {})).isZero();
              assertThat(ring.poll(LONG, _ -> {})).isZero();
              memory.put(1);
              assertThat(ring.poll(LONG, _ -> {})).isOne();
              interrupted.complete(Thread.currentThread().isInterrupted());
            });
    memory.awaitSleeps(1);
    thread.interrupt();
    assertThat(interrupted.get()).isTrue();
  }

  @Test
  void givesValues() {
    var values = ring.as(new PairCodec());
    memory.put(5);
    memory.put(6);
    var read = new ArrayList<Pair>();
    assertThat(values.poll(LONG, read::add)).isEqualTo(2);
    assertThat(read).containsExactly(new Pair(5, ~5L), new Pair(6, ~6L));
    assertThat(values.ring()).isSameAs(ring);
  }

  @Test
  void shortRecordIsRefusedAndCountsAsRead() {
    memory.commit(memory.reserve(15), 15, 0);
    memory.put(1);
    memory.commit(memory.reserve(24), 24, 0);
    var values = ring.as(new PairCodec());
    var refused = catchThrowableOfType(RecordSizeException.class, () -> values.consume(_ -> {}));
    assertThat(refused)
        .hasMessage(
            "ring buffer 'simulated': a record of 15 bytes is too short for a type of 16 bytes");
    assertThat(refused.recordSize()).isEqualTo(15);
    assertThat(refused.expectedSize()).isEqualTo(16);
    assertThat(values.consume(_ -> {})).isEqualTo(2);
  }

  record Plain(int first, long second) {}

  @Test
  void recordThatEndsBetweenNumbersIsRead() {
    memory.commit(memory.reserve(8), 8, 0);
    memory.commit(memory.reserve(12), 12, 0);
    var values = ring.as(Plain.class);
    assertThat(values.next(Duration.ZERO)).hasValueSatisfying(v -> assertThat(v.second()).isZero());
    assertThatThrownBy(() -> values.next(Duration.ZERO)).isInstanceOf(RecordSizeException.class);
    assertThat(values.next(Duration.ZERO)).isEmpty();
  }

  @Test
  void takesOneAtATime() {
    var values = ring.as(new PairCodec());
    memory.put(1);
    memory.put(2);
    assertThat(values.next(Duration.ZERO)).contains(new Pair(1, ~1L));
    assertThat(ring.available()).isEqualTo(24);
    assertThat(values.next(Duration.ZERO)).contains(new Pair(2, ~2L));
    assertThat(values.next(Duration.ofMillis(1))).isEmpty();
  }

  @Test
  void iteratesUntilClosed() throws Exception {
    var values = ring.as(new PairCodec());
    var read = new CompletableFuture<List<Long>>();
    Thread.ofPlatform()
        .start(() -> {
          var all = new ArrayList<Long>();
          for (var value : values) {
            all.add(value.first());
          }
          read.complete(all);
        });
    for (long i = 0; i < 5; i++) {
      memory.awaitSleeps((int) i + 1);
      memory.put(i);
    }
    memory.awaitSleeps(6);
    ring.close();
    assertThat(read.get()).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(values.iterator().hasNext()).isFalse();
  }

  @Test
  void iteratorTakesNoMoreThanItGives() {
    var values = ring.as(new PairCodec());
    for (long i = 0; i < 5; i++) {
      memory.put(i);
    }
    var iterator = values.iterator();
    assertThat(iterator.next().first()).isZero();
    assertThat(iterator.hasNext()).isTrue();
    assertThat(iterator.hasNext()).isTrue();
    assertThat(iterator.next().first()).isOne();
    assertThat(read()).containsExactly(2L, 3L, 4L);
  }

  /// The reader sleeps whenever it can, so that a wake-up that is missed ends this test late.
  @Test
  void missesNoWakeup() throws Exception {
    race(50_000, 512, LONG);
  }

  @Test
  void losesAndTearsNothing() throws Exception {
    race(3_000_000, 8192, Duration.ZERO);
  }

  /// Producer and reader at full speed, the ring much smaller than what goes through it.
  private static void race(int number, int size, Duration timeout) throws Exception {
    var small = new SimulatedRing(size);
    try (var raced = new RingBuffer(small)) {
      var producer = Thread.ofPlatform().start(() -> produce(small, raced, number));
      var expected = new long[1];
      while (expected[0] < number && !Thread.currentThread().isInterrupted()) {
        var count =
            raced.poll(
                timeout,
                record -> {
                  var value = record.get(ValueLayout.JAVA_LONG, 0);
                  var last = record.get(ValueLayout.JAVA_LONG, record.byteSize() - 8);
                  if (value != expected[0] || last != ~value) {
                    throw new AssertionError(value + " where " + expected[0] + " was due");
                  }
                  expected[0]++;
                });
        if (count == 0) {
          LockSupport.parkNanos(1);
        }
      }
      assertThat(expected[0]).isEqualTo(number);
      producer.join();
      assertThat(raced.available()).isZero();
      assertThat(raced.discarded()).isBetween(number / 32L, number / 8L);
    }
  }

  private static void produce(SimulatedRing small, RingBuffer raced, int number) {
    var random = new Random(4);
    long next = 0;
    while (next < number && !raced.isClosed()) {
      var kind = random.nextInt(16);
      var length = kind == 0 ? 16 + 8 * random.nextInt(10) : 16;
      var at = reserve(small, raced, length);
      if (at == SimulatedRing.FULL) {
        return;
      }
      if (kind == 1) {
        small.commit(at, length, SimulatedRing.DISCARD);
      } else {
        small.set(at, 0, next);
        small.set(at, length - 8, ~next);
        small.commit(at, length, 0);
        next++;
      }
    }
  }

  private static long reserve(SimulatedRing small, RingBuffer raced, int length) {
    while (!raced.isClosed()) {
      var at = small.reserve(length);
      if (at != SimulatedRing.FULL) {
        return at;
      }
      LockSupport.parkNanos(1);
    }
    return SimulatedRing.FULL;
  }
}
