package org.ebpf4j.ring;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.RecordSizeException;
import org.jspecify.annotations.Nullable;

/// The records of a [RingBuffer] as values of a type, read straight from the memory of the ring.
/// All ways of reading are the one reader that a ring has. One thread reads at a time. The ring
/// stays its owner's, who closes it.
///
/// A record may be longer than the type: what is behind it is the elements of its flexible array
/// (`char text[]`), or left out. It may be shorter, as programs send only as much of an array as is
/// filled: numbers that are missing are 0, text goes as far as it goes. Where it ends inside a
/// number, or has nothing of the type, reading throws a [RecordSizeException], and the record
/// counts as read. See [Codec#read(MemorySegment, long, long)].
///
/// @param <T> the type
public final class TypedRingBuffer<T> implements Iterable<T> {
  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final RingBuffer ring;
  private final Codec<T> codec;

  /// Records of so many bytes are read without a look at their length.
  private final int size;

  TypedRingBuffer(RingBuffer ring, Codec<T> codec) {
    this.ring = ring;
    this.codec = codec;
    this.size = codec.flexible() ? Integer.MAX_VALUE : codec.extent();
  }

  /// The ring that is read.
  public RingBuffer ring() {
    return ring;
  }

  /// Gives the values that are there to `callback`, waiting up to `timeout` for the first, as
  /// [RingBuffer#poll(Duration, Consumer)] does.
  public int poll(Duration timeout, Consumer<? super T> callback) {
    return poll(timeout, Integer.MAX_VALUE, callback);
  }

  /// The same for at most `max` values.
  public int poll(Duration timeout, int max, Consumer<? super T> callback) {
    return ring.read(timeout, max, sink(callback));
  }

  /// Gives the values that are there to `callback`, without waiting.
  public int consume(Consumer<? super T> callback) {
    return poll(Duration.ZERO, callback);
  }

  /// What a [RingPoller] reads of it.
  public EventSource source(Consumer<? super T> callback) {
    return ring.source(sink(callback));
  }

  private RecordSink sink(Consumer<? super T> callback) {
    return (memory, offset, length) -> {
      callback.accept(decode(memory, offset, length));
      return true;
    };
  }

  T decode(MemorySegment memory, long offset, int length) {
    if (length >= size) {
      return codec.read(memory, offset);
    }
    if (!codec.reads(length)) {
      throw new RecordSizeException(ring.name(), length, codec.extent());
    }
    return codec.read(memory, offset, length);
  }

  /// Takes one value, waiting for it up to `timeout`; empty where none came in time, the ring was
  /// closed or woken, or the thread was interrupted.
  ///
  /// @throws IllegalStateException after the ring was closed, or where it is being read already
  public Optional<T> next(Duration timeout) {
    var one = new One<T>(this);
    ring.read(timeout, 1, one);
    return Optional.ofNullable(one.value);
  }

  /// Takes one value, waiting for it; null where the ring is closed or the thread interrupted.
  private @Nullable T take() {
    var one = new One<T>(this);
    while (one.value == null && !ring.isClosed() && !Thread.currentThread().isInterrupted()) {
      try {
        ring.read(FOR_EVER, 1, one);
      } catch (IllegalStateException e) {
        if (!ring.isClosed() || one.value != null) {
          throw e;
        }
      }
    }
    return one.value;
  }

  private static final class One<T> implements RecordSink {
    private final TypedRingBuffer<T> ring;
    private @Nullable T value;

    private One(TypedRingBuffer<T> ring) {
      this.ring = ring;
    }

    @Override
    public boolean accept(MemorySegment data, long offset, int length) {
      value = ring.decode(data, offset, length);
      return false;
    }
  }

  /// The values as they come. [Iterator#hasNext()] takes one from the ring, waiting for it, and
  /// keeps it for [Iterator#next()]; it is false when the ring was closed, from whatever thread, or
  /// this thread interrupted.
  @Override
  public Iterator<T> iterator() {
    return new Iterator<>() {
      private @Nullable T ahead;

      @Override
      public boolean hasNext() {
        if (ahead == null) {
          ahead = take();
        }
        return ahead != null;
      }

      @Override
      public T next() {
        var value = ahead == null ? take() : ahead;
        ahead = null;
        if (value == null) {
          throw new NoSuchElementException("ring buffer '" + ring.name() + "' was closed");
        }
        return value;
      }
    };
  }

  /// The values for a subscriber, as many as it requests. A task on `executor` reads them for as
  /// long as the subscription lasts, so the executor must give it a thread of its own. It completes
  /// when the ring is closed, and ends with an error where reading throws. There is one subscriber
  /// at a time: another gets an [IllegalStateException] while the first is there. What was not
  /// requested stays in the ring.
  public Flow.Publisher<T> publisher(Executor executor) {
    return new RingPublisher<>(this, executor);
  }

  /// The same with a daemon thread that each subscription starts, and that ends with it.
  public Flow.Publisher<T> publisher() {
    return publisher(
        task -> Thread.ofPlatform().daemon().name("ebpf4j-" + ring.name()).start(task));
  }

  @Override
  public String toString() {
    return ring.toString();
  }
}
