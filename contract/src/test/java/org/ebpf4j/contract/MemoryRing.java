package org.ebpf4j.contract;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ebpf4j.spi.SharedRing;
import org.ebpf4j.spi.Waitable;
import org.ebpf4j.spi.Waiter;

/// The memory of a ring that no program uses. What runs over the end is written behind it, where a
/// mapped ring has its beginning once more.
final class MemoryRing implements SharedRing {
  private final Arena arena = Arena.ofShared();
  private final String name;
  private final int size;
  private final MemorySegment consumer = arena.allocate(8, 8);
  private final MemorySegment producer = arena.allocate(8, 8);
  private final MemorySegment data;

  MemoryRing(String name, int size) {
    this.name = name;
    this.size = size;
    this.data = arena.allocate(2L * size, 8);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public MemorySegment consumer() {
    return consumer;
  }

  @Override
  public MemorySegment producer() {
    return producer;
  }

  @Override
  public MemorySegment data() {
    return data;
  }

  @Override
  @SuppressWarnings("restricted")
  public MemorySegment data(Arena scope) {
    return data.reinterpret(scope, null);
  }

  @Override
  public Waiter waiter() {
    return new QuietWaiter();
  }

  @Override
  public void close() {
    arena.close();
  }

  /// Waits for rings to which nothing happens: until it is woken, or the time is over.
  static final class QuietWaiter implements Waiter {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;

    @Override
    public void add(Waitable what) {
      if (!(what instanceof MemoryRing)) {
        throw new IllegalArgumentException(what.name() + " is of another kernel");
      }
    }

    @Override
    public void remove(Waitable what) {
      // Nothing is kept of it.
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
      // Nothing is held.
    }
  }
}
