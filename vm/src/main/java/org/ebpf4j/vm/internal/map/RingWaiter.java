package org.ebpf4j.vm.internal.map;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ebpf4j.spi.Waitable;
import org.ebpf4j.spi.Waiter;

/// Waits for rings: until a program hands over a record, it is woken, or the time is over.
public final class RingWaiter implements Waiter {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Signal> signals = new CopyOnWriteArraySet<>();
  private boolean woken;

  /// A waiter for no ring yet.
  public RingWaiter() {}

  RingWaiter(Signal.Source ring) {
    add(ring);
  }

  private static Signal signal(Waitable what) {
    if (what instanceof Signal.Source source) {
      return source.signal();
    }
    throw new IllegalArgumentException(what.name() + " is of another kernel");
  }

  @Override
  public void add(Waitable what) {
    var signal = signal(what);
    if (what instanceof Signal.Source source && !source.isOpen()) {
      throw new IllegalStateException("'" + what.name() + "' is closed");
    }
    signals.add(signal);
    signal.add(this);
  }

  @Override
  public void remove(Waitable what) {
    var signal = signal(what);
    signals.remove(signal);
    signal.remove(this);
  }

  @Override
  public void await(long nanos) {
    lock.lock();
    try {
      var left = nanos;
      while (!woken && left > 0) {
        left = changed.awaitNanos(left);
      }
      woken = false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long now() {
    return System.nanoTime();
  }

  @Override
  public void close() {
    signals.forEach(signal -> signal.remove(this));
    signals.clear();
  }
}
