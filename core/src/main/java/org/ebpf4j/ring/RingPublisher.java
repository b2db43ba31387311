package org.ebpf4j.ring;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Hands the values of a ring to one subscriber at a time.
final class RingPublisher<T> implements Flow.Publisher<T> {
  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final TypedRingBuffer<T> values;
  private final RingBuffer ring;
  private final Executor executor;
  private final AtomicBoolean taken = new AtomicBoolean();

  RingPublisher(TypedRingBuffer<T> values, Executor executor) {
    this.values = values;
    this.ring = values.ring();
    this.executor = executor;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    var subscription = new Reading(subscriber);
    subscriber.onSubscribe(subscription);
    if (!taken.compareAndSet(false, true)) {
      subscription.cancelled = true;
      subscriber.onError(
          new IllegalStateException("ring buffer '" + ring.name() + "' has a subscriber already"));
      return;
    }
    try {
      executor.execute(subscription);
    } catch (RuntimeException e) {
      taken.set(false);
      subscription.cancelled = true;
      subscriber.onError(e);
    }
  }

  private final class Reading implements Flow.Subscription, Runnable, RecordSink {
    private final Flow.Subscriber<? super T> subscriber;
    private final AtomicLong requested = new AtomicLong();
    private volatile boolean cancelled;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Throwable wrongRequest;

    /// What the subscriber threw.
    private @Nullable Throwable thrown;

    private Reading(Flow.Subscriber<? super T> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long more) {
      if (more <= 0) {
        wrongRequest = new IllegalArgumentException("request of " + more + " values");
      } else {
        requested.accumulateAndGet(more, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
      }
      wake();
    }

    @Override
    public void cancel() {
      cancelled = true;
      wake();
    }

    private void wake() {
      var reader = thread;
      if (reader == null || reader.equals(Thread.currentThread())) {
        return;
      }
      LockSupport.unpark(reader);
      if (cancelled || wrongRequest != null) {
        try {
          ring.wakeup();
        } catch (IllegalStateException _) {
          // Closed, which ends the wait as well.
        }
      }
    }

    @Override
    public void run() {
      thread = Thread.currentThread();
      Runnable unpark = () -> LockSupport.unpark(thread);
      ring.closeActions().add(unpark);
      Runnable last;
      try {
        last = read();
      } catch (RuntimeException | Error e) {
        if (thrown != null) {
          throw e;
        }
        last = cancelled ? () -> {} : ring.isClosed() ? subscriber::onComplete : error(e);
      } finally {
        cancelled = true;
        thread = null;
        ring.closeActions().remove(unpark);
        taken.set(false);
      }
      last.run();
    }

    private Runnable error(Throwable problem) {
      return () -> subscriber.onError(problem);
    }

    /// Reads until the end, and returns what tells the subscriber of it.
    private Runnable read() {
      while (!cancelled) {
        var wrong = wrongRequest;
        if (wrong != null) {
          return error(wrong);
        }
        if (Thread.currentThread().isInterrupted()) {
          return error(new InterruptedException("the reader of ring '" + ring.name() + "'"));
        }
        if (ring.isClosed()) {
          return subscriber::onComplete;
        }
        var wanted = requested.get();
        if (wanted == 0) {
          LockSupport.park(this);
        } else {
          ring.read(FOR_EVER, (int) Math.min(wanted, Integer.MAX_VALUE), this);
        }
      }
      return () -> {};
    }

    @Override
    public boolean accept(MemorySegment data, long offset, int length) {
      var value = values.decode(data, offset, length);
      requested.getAndUpdate(n -> n == Long.MAX_VALUE ? n : n - 1);
      try {
        subscriber.onNext(value);
      } catch (RuntimeException | Error e) {
        thrown = e;
        throw e;
      }
      return !cancelled && wrongRequest == null;
    }
  }
}
