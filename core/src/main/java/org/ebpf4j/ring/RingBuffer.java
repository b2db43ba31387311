package org.ebpf4j.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.spi.SharedRing;
import org.ebpf4j.spi.Waitable;

/// A ring buffer (`BPF_MAP_TYPE_RINGBUF`): records that programs put in on any CPU, read in the
/// order in which they were reserved. The kernel keeps one position for whoever reads, so a ring
/// has one reader: one thread reads at a time, and another that tries gets an
/// [IllegalStateException]. Closing works from every thread, also from within a callback.
///
/// Programs that output with `BPF_RB_NO_WAKEUP` do not wake who waits. What they wrote is read when
/// the wait is over.
public final class RingBuffer implements AutoCloseable {
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final int DISCARD = 1 << 30;
  private static final int HEADER = 8;

  /// In what a batch returns, beside the number of records: it was the last one.
  private static final int STOP = 1 << 31;

  /// After how many records at most their room is given back to the producer. So few, as the JVM
  /// compiles what is outside of a loop of many as something that hardly ever happens; then the
  /// scope is an object, and looked at for each part of each record.
  private static final int BATCH = 128;

  private final SharedRing ring;
  private final EventTypes types;
  private final MemorySegment consumer;
  private final MemorySegment producer;
  private final MemorySegment data;
  private final long size;

  private final Reader reader;
  private final CloseActions closeActions = new CloseActions();
  private final AtomicLong discarded = new AtomicLong();

  // What one pass over the records keeps, by the reader alone.
  private long position;
  private long end;
  private long skipped;

  /// Reads `ring`, and closes it in the end.
  public RingBuffer(SharedRing ring) {
    this(ring, EventTypes.UNKNOWN);
  }

  /// Reads `ring`, and closes it in the end.
  ///
  /// @param types what is known of its records
  public RingBuffer(SharedRing ring, EventTypes types) {
    this.ring = ring;
    this.types = types;
    this.consumer = ring.consumer();
    this.producer = ring.producer();
    this.data = ring.data();
    this.size = ring.size();
    this.reader = new Reader("ring buffer '" + ring.name() + "'", ring::waiter, this::release);
  }

  /// Its name.
  public String name() {
    return ring.name();
  }

  /// How many bytes of records it holds, their headers of 8 bytes included.
  public long size() {
    return size;
  }

  /// How many bytes of records are in it now, with headers, those that are being written or were
  /// discarded included.
  ///
  /// @throws IllegalStateException after [#close()]
  public long available() {
    // In this order: the producer's position is never behind the consumer's.
    var consumed = consumerPosition();
    return producerPosition() - consumed;
  }

  /// How many bytes were read from the ring since it was made.
  ///
  /// @throws IllegalStateException after [#close()]
  public long consumerPosition() {
    reader.checkOpen();
    return (long) LONG.getAcquire(consumer, 0L);
  }

  /// How many bytes were put into the ring since it was made.
  ///
  /// @throws IllegalStateException after [#close()]
  public long producerPosition() {
    reader.checkOpen();
    return (long) LONG.getAcquire(producer, 0L);
  }

  /// How many records were skipped because the program had discarded them.
  public long discarded() {
    return discarded.get();
  }

  /// Whether it was closed.
  public boolean isClosed() {
    return reader.closed();
  }

  /// Reads the records as values of a type. It is compared with the struct that they are, where the
  /// object says it (as with a variable `const struct event *unused`); else it is laid out by the
  /// rules of C.
  ///
  /// @throws org.ebpf4j.error.LayoutMismatchException where it does not fit
  public <T> TypedRingBuffer<T> as(Class<T> type) {
    return as(types.codec(type));
  }

  /// Reads the records as values of a type, which is compared with a struct of the object.
  ///
  /// @param struct its name
  /// @throws org.ebpf4j.error.LayoutMismatchException where it does not fit
  /// @throws org.ebpf4j.error.NotFoundException where the object has no such struct
  public <T> TypedRingBuffer<T> as(Class<T> type, String struct) {
    return as(types.codec(type, struct));
  }

  /// Reads the records as values of a type.
  public <T> TypedRingBuffer<T> as(Codec<T> codec) {
    return new TypedRingBuffer<>(this, codec);
  }

  /// Gives the records that are there to `callback`, waiting up to `timeout` for the first. Returns
  /// how many there were: 0 where none came in time, the ring was closed or woken ([#wakeup()]), or
  /// the thread was interrupted (it stays so).
  ///
  /// A record is the memory of the ring itself, read-only, and can be used by this thread until the
  /// callback returns. Kept for longer, it shows the same bytes or throws an
  /// [IllegalStateException].
  ///
  /// What the callback throws is thrown; the record that it was given counts as read.
  ///
  /// @throws IllegalStateException after [#close()], or where the ring is being read already
  /// @throws BpfException where the ring is damaged
  public int poll(Duration timeout, Consumer<? super MemorySegment> callback) {
    return poll(timeout, Integer.MAX_VALUE, callback);
  }

  /// The same for at most `max` records.
  public int poll(Duration timeout, int max, Consumer<? super MemorySegment> callback) {
    return read(timeout, max, borrowed(callback));
  }

  /// Gives the records that are there to `callback` as [#poll(Duration, Consumer)] does, without
  /// waiting.
  public int consume(Consumer<? super MemorySegment> callback) {
    return poll(Duration.ZERO, callback);
  }

  /// What a [RingPoller] reads of it.
  public EventSource source(Consumer<? super MemorySegment> callback) {
    return source(borrowed(callback));
  }

  private static RecordSink borrowed(Consumer<? super MemorySegment> callback) {
    return (memory, offset, length) -> {
      callback.accept(memory.asSlice(offset, length));
      return true;
    };
  }

  /// Ends the wait of the thread that polls, or the next wait.
  ///
  /// @throws IllegalStateException after [#close()]
  public void wakeup() {
    reader.wakeup();
  }

  /// Reads records into `sink`, waiting for the first; returns how many it was given.
  int read(Duration timeout, int max, RecordSink sink) {
    if (max <= 0) {
      throw new IllegalArgumentException("at most " + max + " records");
    }
    return reader.poll(
        timeout,
        new Reader.Work() {
          @Override
          public int consume() {
            return drain(max, sink);
          }

          @Override
          public EventSource.State state() {
            return RingBuffer.this.state();
          }
        });
  }

  /// What is at the consumer's position, which the producer knows by then: it sees that everything
  /// was read and wakes us for the next, or else we see its record here.
  private EventSource.State state() {
    VarHandle.fullFence();
    var at = (long) LONG.getAcquire(consumer, 0L);
    if (at == (long) LONG.getAcquire(producer, 0L)) {
      return EventSource.State.EMPTY;
    }
    return (int) INT.getAcquire(data, at & (size - 1)) < 0
        ? EventSource.State.BUSY
        : EventSource.State.READY;
  }

  /// Reads what was there when it began. What comes meanwhile waits for the next time, so that this
  /// ends however fast the producers are.
  private int drain(int max, RecordSink sink) {
    position = (long) LONG.getAcquire(consumer, 0L);
    end = (long) LONG.getAcquire(producer, 0L);
    if (Long.compareUnsigned(end - position, size) > 0 || ((position | end) & 7) != 0) {
      throw new BpfException(
          "ring buffer '"
              + name()
              + "' of "
              + size
              + " bytes has positions that cannot be: "
              + Long.toUnsignedString(position)
              + " of the reader and "
              + Long.toUnsignedString(end)
              + " of the writers; is somebody else reading it?");
    }
    var total = 0;
    while (position != end && total < max && !reader.closed()) {
      var count = batch(Math.min(max - total, BATCH), sink);
      total += count & ~STOP;
      if (count < 0) {
        break;
      }
    }
    return total;
  }

  private int batch(int max, RecordSink sink) {
    var at = position;
    var stop = Math.min(end - at, Math.max(size / 8, HEADER)) + at;
    var count = 0;
    var last = 0;
    skipped = 0;
    try (var scope = Arena.ofConfined()) {
      var memory = ring.data(scope);
      while (at - stop < 0 && count < max && !reader.closed()) {
        var offset = at & (size - 1);
        var header = (int) INT.getAcquire(memory, offset);
        if (header < 0) {
          // Being written.
          last = STOP;
          break;
        }
        var length = header & ~DISCARD;
        var next = at + ((length + (HEADER + 7L)) & -8);
        if (next - end > 0) {
          throw damaged(at, length);
        }
        at = next;
        if ((header & DISCARD) != 0) {
          skipped++;
          continue;
        }
        count++;
        if (!sink.accept(memory, offset + HEADER, length)) {
          last = STOP;
          break;
        }
      }
    } finally {
      // The scope has ended: nobody sees what is written there from here on.
      position = at;
      LONG.setRelease(consumer, 0L, at);
      if (skipped > 0) {
        discarded.addAndGet(skipped);
      }
    }
    return count | last;
  }

  private BpfException damaged(long at, int length) {
    return new BpfException(
        "ring buffer '"
            + name()
            + "' has a record of "
            + length
            + " bytes at position "
            + Long.toUnsignedString(at)
            + ", which is more than the "
            + (end - at)
            + " bytes written there");
  }

  EventSource source(RecordSink sink) {
    return new EventSource() {
      @Override
      public List<? extends Waitable> waitables() {
        return List.of(ring);
      }

      @Override
      public int consume() {
        try {
          return read(Duration.ZERO, Integer.MAX_VALUE, sink);
        } catch (IllegalStateException e) {
          if (reader.closed()) {
            return 0;
          }
          throw e;
        }
      }

      @Override
      public State state() {
        try {
          return reader.closed() ? State.EMPTY : RingBuffer.this.state();
        } catch (IllegalStateException e) {
          if (reader.closed()) {
            return State.EMPTY;
          }
          throw e;
        }
      }

      @Override
      public void beforeClose(Runnable action) {
        closeActions.add(action);
      }

      @Override
      public void forget(Runnable action) {
        closeActions.remove(action);
      }
    };
  }

  CloseActions closeActions() {
    return closeActions;
  }

  /// Wakes who waits, waits until what was lent in a callback is given back, and gives the memory
  /// back. From within a callback, that is done when the callback returns. The map lives on.
  /// Closing twice is closing once.
  @Override
  public void close() {
    reader.close();
  }

  private void release() {
    try {
      closeActions.run();
    } finally {
      ring.close();
    }
  }

  @Override
  public String toString() {
    return "ring buffer '" + name() + "' (" + size + (isClosed() ? " bytes, closed)" : " bytes)");
  }
}
