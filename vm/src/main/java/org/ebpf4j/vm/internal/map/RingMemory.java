package org.ebpf4j.vm.internal.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ebpf4j.error.Errno;
import org.ebpf4j.spi.SharedRing;
import org.ebpf4j.spi.Waiter;

/// The memory of a ring of records, and what the kernel does with it for programs. A record that
/// runs over the end goes on behind it, where a mapped ring has its beginning once more.
///
/// Programs write under its monitor; whoever reads does so without.
public final class RingMemory {
  private static final int HEADER = 8;
  private static final int BUSY = 1 << 31;
  private static final int DISCARD = 1 << 30;
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final String name;
  private final int size;
  private final boolean readOnly;
  private final MemorySegment consumer = Arena.ofAuto().allocate(8, 8);
  private final MemorySegment producer = Arena.ofAuto().allocate(8, 8);
  private final MemorySegment data;
  private final Signal signal = new Signal();
  private final AtomicBoolean reading = new AtomicBoolean();

  /// @param readOnly whether programs alone write records
  RingMemory(String name, int size, boolean readOnly) {
    this.name = name;
    this.readOnly = readOnly;
    this.size = size;
    this.data = Arena.ofAuto().allocate(2L * size, 8);
  }

  /// How many bytes of records it holds.
  public int size() {
    return size;
  }

  /// How many bytes were written since it was made.
  public long written() {
    return (long) LONG.getAcquire(producer, 0L);
  }

  /// How many bytes were read since it was made.
  public long consumed() {
    return (long) LONG.getAcquire(consumer, 0L);
  }

  /// Makes room for a record, which readers wait for from now on.
  ///
  /// @return its position, or -1 where there is no room
  public synchronized long reserve(int length) {
    var total = (length + HEADER + 7L) & -8;
    var at = written();
    if (length < 0 || total > size || at + total - consumed() > size) {
      return -1;
    }
    var offset = at & (size - 1);
    data.set(ValueLayout.JAVA_INT, offset + 4, 0);
    INT.setRelease(data, offset, length | BUSY);
    LONG.setRelease(producer, 0L, at + total);
    return at;
  }

  /// Hands a record over that room was made for.
  ///
  /// @param record its bytes
  /// @param discard whether readers are to skip it
  /// @param quiet whether readers are not to be woken
  public void commit(long at, byte[] record, boolean discard, boolean quiet) {
    var offset = at & (size - 1);
    MemorySegment.copy(record, 0, data, ValueLayout.JAVA_BYTE, offset + HEADER, record.length);
    INT.setRelease(data, offset, record.length | (discard ? DISCARD : 0));
    if (!quiet) {
      signal.raise();
    }
  }

  /// What a program finds that reads the next record of a ring for user space.
  ///
  /// @param errno 0 for a record, `ENODATA` where there is none, `EAGAIN` for one that is to be
  ///   skipped, `EINVAL` where positions or lengths are none that a writer makes
  /// @param bytes the record
  /// @param end the position behind it
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Next(int errno, byte[] bytes, long end) {
    private static Next none(int errno) {
      return new Next(errno, new byte[0], 0);
    }
  }

  /// The next record of a ring that user space writes.
  public Next peek() {
    var to = written();
    var at = consumed();
    if ((to & 7) != 0) {
      return Next.none(Errno.EINVAL);
    }
    if (at >= to) {
      return Next.none(Errno.ENODATA);
    }
    var offset = at & (size - 1);
    var header = (int) INT.getAcquire(data, offset);
    var length = header & ~(BUSY | DISCARD);
    var total = (length + HEADER + 7L) & -8;
    if (total > to - at || total > size) {
      return Next.none(Errno.EINVAL);
    }
    if ((header & BUSY) != 0) {
      return Next.none(Errno.ENODATA);
    }
    if ((header & DISCARD) != 0) {
      return new Next(Errno.EAGAIN, new byte[0], at + total);
    }
    var bytes = new byte[length];
    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset + HEADER, bytes, 0, length);
    return new Next(0, bytes, at + total);
  }

  /// Gives the room of a record back.
  public void release(Next next) {
    LONG.setRelease(consumer, 0L, next.end());
  }

  /// Has one program at a time read; false where another does.
  public boolean beginReading() {
    return reading.compareAndSet(false, true);
  }

  /// Ends the reading.
  ///
  /// @param wake whether who waits for room is woken
  public void endReading(boolean wake) {
    reading.set(false);
    if (wake) {
      signal.raise();
    }
  }

  /// The memory as a reader has it, or a writer of a ring that programs read.
  public SharedRing open() {
    return new View();
  }

  private final class View implements SharedRing, Signal.Source {
    private final Arena scope = Arena.ofShared();

    @Override
    public boolean isOpen() {
      return scope.scope().isAlive();
    }

    @Override
    public Signal signal() {
      return signal;
    }

    @SuppressWarnings("restricted") // Its size stays; only its life becomes shorter.
    private static MemorySegment within(MemorySegment memory, Arena scope) {
      return memory.reinterpret(scope, null);
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
      return within(consumer, scope);
    }

    @Override
    public MemorySegment producer() {
      return within(producer, scope);
    }

    @Override
    public MemorySegment data() {
      return within(data, scope);
    }

    @Override
    public MemorySegment data(Arena other) {
      var memory = within(data, other);
      return readOnly ? memory.asReadOnly() : memory;
    }

    @Override
    public Waiter waiter() {
      return new RingWaiter(this);
    }

    @Override
    public void close() {
      scope.close();
    }
  }
}
