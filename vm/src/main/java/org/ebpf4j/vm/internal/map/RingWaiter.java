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
  private final Set<RingMemory> rings = new CopyOnWriteArraySet<>();
  private boolean woken;

  /// A waiter for no ring yet.
  public RingWaiter() {}

  RingWaiter(RingMemory.View ring) {
    add(ring);
  }

  private static RingMemory ring(Waitable what) {
    if (what instanceof RingMemory.View view) {
      return view.ring();
    }
    throw new IllegalArgumentException(what.name() + " is of another kernel");
  }

  @Override
  public void add(Waitable what) {
    var ring = ring(what);
    rings.add(ring);
    ring.add(this);
  }

  @Override
  public void remove(Waitable what) {
    var ring = ring(what);
    rings.remove(ring);
    ring.remove(this);
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
    rings.forEach(ring -> ring.remove(this));
    rings.clear();
  }
}
