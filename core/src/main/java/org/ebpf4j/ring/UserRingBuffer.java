package org.ebpf4j.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.spi.SharedRing;
import org.ebpf4j.spi.Waiter;
import org.jspecify.annotations.Nullable;

/// A ring buffer into which Java code writes and from which programs read
/// (`BPF_MAP_TYPE_USER_RINGBUF`, `bpf_user_ringbuf_drain`). Any thread may write. The kernel keeps
/// one position for whoever writes: there must be no other writer than this object, in this process
/// or another.
public final class UserRingBuffer implements AutoCloseable {
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final int BUSY = 1 << 31;
  private static final int DISCARD = 1 << 30;
  private static final int HEADER = 8;

  /// How long to sleep at most before looking for room again: a program may take records without
  /// telling (`BPF_RB_NO_WAKEUP`).
  private static final long LOOK_AGAIN_NANOS = 100_000_000;

  private final SharedRing ring;
  private final MemorySegment consumer;
  private final MemorySegment producer;
  private final MemorySegment data;
  private final long size;

  /// Held while a record is begun.
  private final ReentrantLock writing = new ReentrantLock();

  /// Held by the one thread that sleeps.
  private final ReentrantLock sleeping = new ReentrantLock();

  private volatile boolean closed;
  private @Nullable Waiter waiter;

  /// Reservations that are out, and threads that wait: those who still need the memory.
  private int users;

  private boolean released;

  /// Writes to `ring`, and closes it in the end.
  public UserRingBuffer(SharedRing ring) {
    this.ring = ring;
    this.consumer = ring.consumer();
    this.producer = ring.producer();
    this.data = ring.data();
    this.size = ring.size();
  }

  /// Its name.
  public String name() {
    return ring.name();
  }

  /// How many bytes of records it holds, their headers of 8 bytes included.
  public long size() {
    return size;
  }

  /// How many bytes of records wait for a program to take them, with headers.
  ///
  /// @throws IllegalStateException after [#close()]
  public long pending() {
    checkOpen();
    var consumed = (long) LONG.getAcquire(consumer, 0L);
    return (long) LONG.getAcquire(producer, 0L) - consumed;
  }

  /// Writes values of a record class, laid out by the rules of C.
  public <T> TypedUserRingBuffer<T> as(Class<T> type) {
    return as(Codec.of(type));
  }

  /// Writes values of a type.
  public <T> TypedUserRingBuffer<T> as(Codec<T> codec) {
    return new TypedUserRingBuffer<>(this, codec);
  }

  /// Room for a record, to be filled and submitted by this thread; empty where there is none at the
  /// moment. Programs get records in the order of their reservations, and none behind one that is
  /// neither submitted nor discarded.
  ///
  /// @throws IllegalArgumentException for a record that does not fit the ring at all
  /// @throws IllegalStateException after [#close()]
  public Optional<Reservation> reserve(int length) {
    return reserve(length, Duration.ZERO);
  }

  /// The same, waiting for room up to `timeout`. Empty where there was none in time, the ring was
  /// closed meanwhile, or the thread is interrupted (it stays so).
  ///
  /// @throws IllegalArgumentException for a record that does not fit the ring at all
  /// @throws IllegalStateException after [#close()]
  public Optional<Reservation> reserve(int length, Duration timeout) {
    checkLength(length);
    return Optional.ofNullable(attempt(timeout, () -> begin(length)));
  }

  <T> boolean put(Codec<T> codec, T value, Duration timeout) {
    checkLength(codec.size());
    return attempt(timeout, () -> write(codec, value)) != null;
  }

  private void checkLength(int length) {
    if (length < 0 || total(length) > size) {
      throw new IllegalArgumentException(
          "a record of "
              + length
              + " bytes does not fit user ring buffer '"
              + name()
              + "' of "
              + size
              + " bytes");
    }
  }

  private static long total(int length) {
    return (length + (HEADER + 7L)) & -8;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("user ring buffer '" + name() + "' is closed");
    }
  }

  /// Where the next record begins, or -1 where there is no room for it.
  private long room(int length) {
    var consumed = (long) LONG.getAcquire(consumer, 0L);
    var at = (long) LONG.getAcquire(producer, 0L);
    var used = at - consumed;
    if (Long.compareUnsigned(used, size) > 0 || (at & 7) != 0) {
      throw new BpfException(
          "user ring buffer '"
              + name()
              + "' of "
              + size
              + " bytes has positions that cannot be: "
              + Long.toUnsignedString(consumed)
              + " of the reader and "
              + Long.toUnsignedString(at)
              + " of the writer; is somebody else writing to it?");
    }
    return total(length) > size - used ? -1 : at & (size - 1);
  }

  private void publish(int length) {
    LONG.setRelease(producer, 0L, (long) LONG.getAcquire(producer, 0L) + total(length));
  }

  private @Nullable Reservation begin(int length) {
    writing.lock();
    try {
      checkOpen();
      var offset = room(length);
      if (offset < 0) {
        return null;
      }
      var scope = Arena.ofConfined();
      var reservation =
          new Reservation(scope, ring.data(scope).asSlice(offset + HEADER, length), offset, length);
      data.set(ValueLayout.JAVA_INT, offset, length | BUSY);
      data.set(ValueLayout.JAVA_INT, offset + 4, 0);
      publish(length);
      users++;
      return reservation;
    } finally {
      writing.unlock();
    }
  }

  /// Writes a whole record before any program can see that there is one.
  private <T> @Nullable Boolean write(Codec<T> codec, T value) {
    writing.lock();
    try {
      checkOpen();
      var length = codec.size();
      var offset = room(length);
      if (offset < 0) {
        return null;
      }
      codec.write(data, offset + HEADER, value);
      data.set(ValueLayout.JAVA_INT, offset, length);
      data.set(ValueLayout.JAVA_INT, offset + 4, 0);
      publish(length);
      return true;
    } finally {
      writing.unlock();
    }
  }

  private <R> @Nullable R attempt(Duration timeout, Supplier<@Nullable R> step) {
    var result = step.get();
    var nanos = Reader.nanos(timeout);
    if (result != null || nanos == 0) {
      return result;
    }
    var sleeper = enter();
    if (sleeper == null) {
      return null;
    }
    try {
      return await(sleeper, nanos, step);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      leave();
    }
  }

  private <R> @Nullable R await(Waiter sleeper, long nanos, Supplier<@Nullable R> step)
      throws InterruptedException {
    var start = sleeper.now();
    if (!sleeping.tryLock(nanos, TimeUnit.NANOSECONDS)) {
      return null;
    }
    try {
      while (true) {
        if (closed) {
          return null;
        }
        // What is read from here on is told of by the kernel.
        var result = step.get();
        var left = nanos == Long.MAX_VALUE ? nanos : nanos - (sleeper.now() - start);
        if (result != null || left <= 0 || Thread.currentThread().isInterrupted()) {
          return result;
        }
        sleeper.await(Math.min(left, LOOK_AGAIN_NANOS));
      }
    } catch (IllegalStateException e) {
      if (closed) {
        return null;
      }
      throw e;
    } finally {
      sleeping.unlock();
    }
  }

  private @Nullable Waiter enter() {
    writing.lock();
    try {
      if (closed) {
        return null;
      }
      var current = waiter;
      if (current == null) {
        current = ring.waiter();
        waiter = current;
      }
      users++;
      return current;
    } finally {
      writing.unlock();
    }
  }

  private void leave() {
    writing.lock();
    try {
      users--;
      if (closed) {
        release();
      }
    } finally {
      writing.unlock();
    }
  }

  /// Room for a record in the memory that programs read.
  public final class Reservation implements AutoCloseable {
    private final Arena scope;
    private final MemorySegment memory;
    private final long offset;
    private final int length;
    private boolean over;

    private Reservation(Arena scope, MemorySegment memory, long offset, int length) {
      this.scope = scope;
      this.memory = memory;
      this.offset = offset;
      this.length = length;
    }

    /// Its memory, which has what was there before. It belongs to the thread that reserved it, and
    /// throws an [IllegalStateException] once this was submitted or discarded.
    public MemorySegment memory() {
      return memory;
    }

    /// Lets programs have the record.
    ///
    /// @throws IllegalStateException where it was submitted or discarded before
    /// @throws WrongThreadException in another thread than that which reserved it
    public void submit() {
      end(length);
    }

    /// Has programs skip it.
    ///
    /// @throws IllegalStateException where it was submitted or discarded before
    /// @throws WrongThreadException in another thread than that which reserved it
    public void discard() {
      end(length | DISCARD);
    }

    private void end(int header) {
      if (over) {
        throw new IllegalStateException(
            "the reservation in user ring buffer '" + name() + "' is over");
      }
      scope.close();
      over = true;
      INT.setRelease(data, offset, header);
      leave();
    }

    /// Discards it, unless it was submitted.
    ///
    /// @throws WrongThreadException in another thread than that which reserved it
    @Override
    public void close() {
      if (!over) {
        discard();
      }
    }
  }

  /// Ends the waits for room. Reservations that are out may still be submitted: the memory is given
  /// back after the last of them. The map lives on. Closing twice is closing once.
  @Override
  public void close() {
    writing.lock();
    try {
      closed = true;
      if (waiter != null) {
        waiter.wake();
      }
      release();
    } finally {
      writing.unlock();
    }
  }

  private void release() {
    if (users > 0 || released) {
      return;
    }
    released = true;
    try {
      ring.close();
    } finally {
      if (waiter != null) {
        waiter.close();
      }
    }
  }

  @Override
  public String toString() {
    return "user ring buffer '" + name() + "' (" + size + (closed ? " bytes, closed)" : " bytes)");
  }
}
