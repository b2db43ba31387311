package org.ebpf4j.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ebpf4j.spi.SharedRing;
import org.ebpf4j.spi.Waitable;
import org.ebpf4j.spi.Waiter;

/// A ring of 4 MB in ordinary memory, which always holds the same events.
final class PlainRing implements SharedRing {
  /// As many as there is room for, with their headers.
  static final int EVENTS = (4 << 20) / 24;

  private static final int SIZE = 4 << 20;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment consumer = arena.allocate(8, 8);
  private final MemorySegment producer = arena.allocate(8, 8);
  private final MemorySegment data = arena.allocate(2L * SIZE, 8);

  PlainRing() {
    for (int i = 0; i < EVENTS; i++) {
      var at = 24L * i;
      data.set(ValueLayout.JAVA_INT, at, 16);
      data.set(ValueLayout.JAVA_LONG, at + 8, i);
      data.set(ValueLayout.JAVA_INT, at + 16, 1);
      data.set(ValueLayout.JAVA_INT, at + 20, ~i);
    }
    producer.set(ValueLayout.JAVA_LONG, 0, 24L * EVENTS);
  }

  /// All events are there once more.
  void fill() {
    consumer.set(ValueLayout.JAVA_LONG, 0, 0);
  }

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public long size() {
    return SIZE;
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
        throw new UnsupportedOperationException();
      }

      @Override
      public void wake() {
        // Nobody sleeps.
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
    arena.close();
  }
}
