package org.ebpf4j.program.jvm;

import java.util.IdentityHashMap;
import java.util.concurrent.locks.LockSupport;
import org.ebpf4j.spi.Waitable;
import org.ebpf4j.spi.Waiter;
import org.jspecify.annotations.Nullable;

/// Waits for records of rings on the JVM: looks for them every millisecond, which is soon enough
/// for tests.
public final class RingWaiter implements Waiter {
  private static final long PAUSE = 1_000_000;

  private final IdentityHashMap<RingView, Long> seen = new IdentityHashMap<>();
  private volatile boolean woken;
  private volatile @Nullable Thread waiting;

  /// Waits for nothing yet.
  public RingWaiter() {}

  RingWaiter(RingView view) {
    seen.put(view, 0L);
  }

  @Override
  public synchronized void add(Waitable what) {
    if (!(what instanceof RingView view)) {
      throw new IllegalArgumentException(what.name() + " is of another kernel");
    }
    seen.put(view, 0L);
  }

  @Override
  public synchronized void remove(Waitable what) {
    seen.keySet().removeIf(view -> view == what);
  }

  private synchronized boolean happened() {
    var any = false;
    for (var entry : seen.entrySet()) {
      long signals = entry.getKey().memory().signals();
      any |= signals != entry.getValue();
      entry.setValue(signals);
    }
    return any;
  }

  @Override
  public void await(long nanos) {
    long start = System.nanoTime();
    waiting = Thread.currentThread();
    try {
      while (!woken
          && !happened()
          && !Thread.currentThread().isInterrupted()
          && (nanos == Long.MAX_VALUE || System.nanoTime() - start < nanos)) {
        LockSupport.parkNanos(this, Math.min(PAUSE, nanos));
      }
      woken = false;
    } finally {
      waiting = null;
    }
  }

  @Override
  public void wake() {
    woken = true;
    LockSupport.unpark(waiting);
  }

  @Override
  public long now() {
    return System.nanoTime();
  }

  @Override
  public void close() {}
}
