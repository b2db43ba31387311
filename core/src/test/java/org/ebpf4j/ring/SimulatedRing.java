package org.ebpf4j.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.ebpf4j.spi.SharedRing;
import org.ebpf4j.spi.Waitable;
import org.ebpf4j.spi.Waiter;

/// A ring in ordinary memory, with the kernel's side of it: a producer that follows the kernel's
/// protocol, and wakes only where the kernel does. What runs over the end is written behind it,
/// where a mapped ring has its beginning once more.
final class SimulatedRing implements SharedRing {
  static final long FULL = Long.MIN_VALUE;
  static final int BUSY = 1 << 31;
  static final int DISCARD = 1 << 30;
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final Arena arena = Arena.ofShared();
  private final int size;
  private final MemorySegment consumer = arena.allocate(8, 8);
  private final MemorySegment producer = arena.allocate(8, 8);
  private final MemorySegment data;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean signalled;
  private int waits;
  boolean closed;

  SimulatedRing(int size) {
    this.size = size;
    this.data = arena.allocate(2L * size, 8);
  }

  /// Starts a record: its position, or [#FULL] where there is no room.
  long reserve(int length) {
    var at = (long) LONG.getAcquire(producer, 0L);
    var next = at + ((length + 15) & -8);
    if (next - (long) LONG.getAcquire(consumer, 0L) > size) {
      return FULL;
    }
    header(at, length | BUSY);
    LONG.setRelease(producer, 0L, next);
    return at;
  }

  void header(long at, int header) {
    INT.setRelease(data, at & (size - 1), header);
  }

  void set(long at, long offset, long value) {
    data.set(ValueLayout.JAVA_LONG, (at & (size - 1)) + 8 + offset, value);
  }

  /// Ends a record, and wakes the reader where it has read everything before.
  void commit(long at, int length, int flags) {
    header(at, length | flags);
    VarHandle.fullFence();
    if ((long) LONG.getAcquire(consumer, 0L) == at) {
      signal();
    }
  }

  /// A record of two equal words, whole.
  boolean put(long value) {
    var at = reserve(16);
    if (at == FULL) {
      return false;
    }
    set(at, 0, value);
    set(at, 8, ~value);
    commit(at, 16, 0);
    return true;
  }

  void positions(long ofConsumer, long ofProducer) {
    LONG.setRelease(consumer, 0L, ofConsumer);
    LONG.setRelease(producer, 0L, ofProducer);
  }

  void signal() {
    lock.lock();
    try {
      signalled = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until the reader has gone to sleep `number` times.
  void awaitSleeps(int number) throws InterruptedException {
    lock.lock();
    try {
      while (waits < number) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  int sleeps() {
    lock.lock();
    try {
      return waits;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String name() {
    return "simulated";
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
    return producer.asReadOnly();
  }

  @Override
  public MemorySegment data() {
    return data.asReadOnly();
  }

  @Override
  @SuppressWarnings("restricted")
  public MemorySegment data(Arena scope) {
    return data.asReadOnly().reinterpret(scope, null);
  }

  @Override
  public Waiter waiter() {
    return new Waiter() {
      @Override
      public void add(Waitable what) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void remove(Waitable what) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void await(long nanos) {
        lock.lock();
        try {
          waits++;
          changed.signalAll();
          var left = nanos;
          while (!signalled && left > 0) {
            left = changed.awaitNanos(left);
          }
          signalled = false;
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        } finally {
          lock.unlock();
        }
      }

      @Override
      public void wake() {
        signal();
      }

      @Override
      public long now() {
        return System.nanoTime();
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }

  @Override
  public void close() {
    closed = true;
    arena.close();
  }
}
