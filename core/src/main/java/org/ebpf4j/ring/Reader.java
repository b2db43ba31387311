package org.ebpf4j.ring;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.ebpf4j.spi.Waiter;
import org.jspecify.annotations.Nullable;

/// The turn of whoever reads from something that is shared with a kernel: one thread at a time,
/// which sleeps where there is nothing, can be woken, and is waited for before the memory is given
/// back.
final class Reader {
  /// How often something that is being written is looked at before sleeping.
  private static final int SPINS = 100;

  /// How long to sleep over something that is being written: whoever writes it may not wake us.
  private static final long BUSY_NANOS = 1_000_000;

  /// What is read.
  interface Work {
    int consume();

    EventSource.State state();
  }

  private final String what;
  private final Supplier<Waiter> waiters;
  private final Runnable release;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean closed;
  private volatile boolean woken;
  private volatile @Nullable Waiter waiter;
  private boolean released;

  /// @param what what is read, for messages
  /// @param waiters makes the waiter, once it is wanted
  /// @param release gives everything back; called once, when nobody reads
  Reader(String what, Supplier<Waiter> waiters, Runnable release) {
    this.what = what;
    this.waiters = waiters;
    this.release = release;
  }

  static long nanos(Duration timeout) {
    if (timeout.isNegative()) {
      return 0;
    }
    return timeout.toSeconds() >= Long.MAX_VALUE / 1_000_000_000
        ? Long.MAX_VALUE
        : timeout.toNanos();
  }

  boolean closed() {
    return closed;
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException(what + " is closed");
    }
  }

  /// Reads what is there, waiting for the first up to `timeout`.
  int poll(Duration timeout, Work work) {
    begin();
    try {
      var count = work.consume();
      var nanos = nanos(timeout);
      return count > 0 || nanos == 0 ? count : await(nanos, work);
    } finally {
      finish();
    }
  }

  private int await(long nanos, Work work) {
    var sleeper = waiter();
    var start = sleeper.now();
    while (!closed && !Thread.currentThread().isInterrupted()) {
      if (woken) {
        woken = false;
        return 0;
      }
      var left = nanos == Long.MAX_VALUE ? nanos : nanos - (sleeper.now() - start);
      var state = spin(work);
      if (state != EventSource.State.READY) {
        if (left <= 0) {
          return 0;
        }
        sleeper.await(state == EventSource.State.BUSY ? Math.min(left, BUSY_NANOS) : left);
      }
      var count = work.consume();
      if (count > 0) {
        return count;
      }
    }
    return 0;
  }

  /// The waiter, made at the first call; while this thread has its turn, or where only one thread
  /// can know of this object.
  Waiter waiter() {
    var current = waiter;
    if (current == null) {
      current = waiters.get();
      waiter = current;
    }
    return current;
  }

  private static EventSource.State spin(Work work) {
    var state = work.state();
    for (int i = 0; i < SPINS && state == EventSource.State.BUSY; i++) {
      Thread.onSpinWait();
      state = work.state();
    }
    return state;
  }

  private void begin() {
    if (turn.isHeldByCurrentThread()) {
      checkOpen();
      throw new IllegalStateException(what + " is being read by this thread: this is its callback");
    }
    if (!turn.tryLock()) {
      checkOpen();
      throw new IllegalStateException(
          what + " is being read by another thread, and has one reader at a time");
    }
    if (closed) {
      turn.unlock();
      checkOpen();
    }
  }

  private void finish() {
    try {
      if (closed) {
        release();
      }
    } finally {
      turn.unlock();
    }
  }

  /// Ends the wait, or the next one.
  void wakeup() {
    checkOpen();
    woken = true;
    wake();
  }

  /// Has whoever waits look again.
  void wake() {
    var current = waiter;
    if (current != null) {
      current.wake();
    }
  }

  /// Wakes who waits, waits until nobody reads, and gives everything back; where this thread is
  /// reading, that is done when it has read.
  void close() {
    closed = true;
    if (turn.isHeldByCurrentThread()) {
      return;
    }
    wake();
    turn.lock();
    try {
      release();
    } finally {
      turn.unlock();
    }
  }

  private void release() {
    if (released) {
      return;
    }
    released = true;
    try {
      release.run();
    } finally {
      var current = waiter;
      if (current != null) {
        current.close();
      }
    }
  }
}
