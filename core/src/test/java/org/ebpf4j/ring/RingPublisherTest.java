package org.ebpf4j.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.ebpf4j.codec.PairCodec;
import org.ebpf4j.codec.PairCodec.Pair;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a subscriber is told, in which order.
@Timeout(60)
class RingPublisherTest {
  private final SimulatedRing memory = new SimulatedRing(4096);
  private final RingBuffer ring = new RingBuffer(memory);
  private final TypedRingBuffer<Pair> values = ring.as(new PairCodec());
  private final Probe probe = new Probe();

  @AfterEach
  void close() {
    ring.close();
  }

  private static class Probe implements Flow.Subscriber<Pair> {
    final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription.complete(given);
    }

    @Override
    public void onNext(Pair value) {
      told.add("" + value.first());
    }

    @Override
    public void onError(Throwable problem) {
      told.add(problem.getClass().getSimpleName());
    }

    @Override
    public void onComplete() {
      told.add("end");
    }
  }

  private void put(long from, long to) {
    for (long i = from; i < to; i++) {
      assertThat(memory.put(i)).isTrue();
    }
  }

  @Test
  void givesAsManyAsRequested() throws Exception {
    put(0, 10);
    var ended = new CountDownLatch(1);
    values.publisher(counting(ended)).subscribe(probe);
    probe.subscription.join().request(2);
    assertThat(probe.told.take()).isEqualTo("0");
    assertThat(probe.told.take()).isEqualTo("1");
    probe.subscription.join().request(1);
    assertThat(probe.told.take()).isEqualTo("2");
    probe.subscription.join().cancel();
    ended.await();
    assertThat(ring.available()).isEqualTo(7 * 24);
    assertThat(probe.told).isEmpty();
  }

  /// Threads that count when they end.
  private static Executor counting(CountDownLatch ended) {
    return task ->
        Thread.ofPlatform()
            .start(() -> {
              task.run();
              ended.countDown();
            });
  }

  @Test
  void completesWhenClosedWhileItWaits() throws Exception {
    values.publisher().subscribe(probe);
    probe.subscription.join().request(Long.MAX_VALUE);
    memory.awaitSleeps(1);
    put(0, 1);
    assertThat(probe.told.take()).isEqualTo("0");
    memory.awaitSleeps(2);
    ring.close();
    assertThat(probe.told.take()).isEqualTo("end");
  }

  @Test
  void completesWhenClosedAndNothingIsRequested() throws Exception {
    values.publisher().subscribe(probe);
    ring.close();
    assertThat(probe.told.take()).isEqualTo("end");
  }

  @Test
  void leavesToOthersWhatComesAfterCancel() throws Exception {
    put(0, 5);
    var ended = new CountDownLatch(1);
    var cancelling =
        new Probe() {
          @Override
          public void onNext(Pair value) {
            super.onNext(value);
            if (value.first() == 1) {
              subscription.join().cancel();
            }
          }
        };
    values.publisher(counting(ended)).subscribe(cancelling);
    cancelling.subscription.join().request(Long.MAX_VALUE);
    ended.await();
    assertThat(cancelling.told).containsExactly("0", "1");
    assertThat(values.consume(pair -> assertThat(pair.first()).isGreaterThan(1))).isEqualTo(3);
  }

  @Test
  void cancelEndsWait() throws Exception {
    var ended = new CountDownLatch(1);
    values.publisher(counting(ended)).subscribe(probe);
    probe.subscription.join().request(1);
    memory.awaitSleeps(1);
    probe.subscription.join().cancel();
    ended.await();
    assertThat(probe.told).isEmpty();
  }

  @Test
  void requestInCallbackIsEnough() throws Exception {
    put(0, 100);
    var stepping =
        new Probe() {
          @Override
          public void onSubscribe(Flow.Subscription given) {
            super.onSubscribe(given);
            given.request(1);
          }

          @Override
          public void onNext(Pair value) {
            super.onNext(value);
            subscription.join().request(1);
          }
        };
    values.publisher(Thread::startVirtualThread).subscribe(stepping);
    for (int i = 0; i < 100; i++) {
      assertThat(stepping.told.take()).isEqualTo("" + i);
    }
  }

  @Test
  void errorsOfReadingEndIt() throws Exception {
    memory.commit(memory.reserve(8), 8, 0);
    values.publisher().subscribe(probe);
    probe.subscription.join().request(1);
    assertThat(probe.told.take()).isEqualTo("RecordSizeException");
  }

  @Test
  void wrongRequestEndsIt() throws Exception {
    values.publisher().subscribe(probe);
    probe.subscription.join().request(0);
    assertThat(probe.told.take()).isEqualTo("IllegalArgumentException");
  }

  @Test
  void hasOneSubscriberAtATime() throws Exception {
    var publisher = values.publisher();
    publisher.subscribe(probe);
    var second = new Probe();
    publisher.subscribe(second);
    assertThat(second.told.take()).isEqualTo("IllegalStateException");
    ring.close();
    assertThat(probe.told.take()).isEqualTo("end");
  }

  @Test
  void refusedExecutionIsAnError() throws Exception {
    values
        .publisher(_ -> {
          throw new RejectedExecutionException("full");
        })
        .subscribe(probe);
    assertThat(probe.told.take()).isEqualTo("RejectedExecutionException");
  }

  @Test
  void exceptionOfSubscriberEndsItAndIsTheExecutors() throws Exception {
    put(0, 3);
    var thrown = new LinkedBlockingQueue<Throwable>();
    Executor executor =
        task ->
            Thread.ofPlatform()
                .uncaughtExceptionHandler((_, problem) -> thrown.add(problem))
                .start(task);
    var failing =
        new Probe() {
          @Override
          public void onNext(Pair value) {
            throw new IllegalArgumentException("mine");
          }
        };
    values.publisher(executor).subscribe(failing);
    failing.subscription.join().request(3);
    assertThat(thrown.take()).hasMessage("mine");
    assertThat(failing.told).isEmpty();
    assertThat(ring.available()).isEqualTo(48);
  }
}
