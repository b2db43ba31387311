package org.ebpf4j.program.jvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The memory of a ring of records, laid out as [org.ebpf4j.spi.SharedRing] says. The records are
/// there twice as many bytes, so that each is in one piece; one that runs over the end goes on
/// behind it.
final class RingMemory {
  private static final int HEADER = 8;
  private static final int BUSY = 1 << 31;
  private static final int DISCARD = 1 << 30;
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final int size;
  private final MemorySegment consumer = Arena.ofAuto().allocate(8, 8);
  private final MemorySegment producer = Arena.ofAuto().allocate(8, 8);
  private final MemorySegment data;
  private final AtomicLong signals = new AtomicLong();

  RingMemory(int size) {
    this.size = size;
    this.data = Arena.ofAuto().allocate(2L * size, 8);
  }

  int size() {
    return size;
  }

  MemorySegment consumer() {
    return consumer;
  }

  MemorySegment producer() {
    return producer;
  }

  MemorySegment data() {
    return data;
  }

  long written() {
    return (long) LONG.getAcquire(producer, 0L);
  }

  long consumed() {
    return (long) LONG.getAcquire(consumer, 0L);
  }

  private static long whole(int length) {
    return (length + HEADER + 7L) & -8;
  }

  /// Room for a record: its position, or -1 where there is none.
  synchronized long reserve(int length) {
    long at = written();
    if (whole(length) > size || at + whole(length) - consumed() > size) {
      return -1;
    }
    long offset = at & (size - 1);
    data.set(ValueLayout.JAVA_INT, offset + 4, 0);
    INT.setRelease(data, offset, length | BUSY);
    LONG.setRelease(producer, 0L, at + whole(length));
    return at;
  }

  /// Hands a record over, or gives it up.
  void commit(long at, byte[] record, boolean discarded, boolean quiet) {
    long offset = at & (size - 1);
    MemorySegment.copy(record, 0, data, ValueLayout.JAVA_BYTE, offset + HEADER, record.length);
    INT.setRelease(data, offset, record.length | (discarded ? DISCARD : 0));
    if (!quiet) {
      signals.incrementAndGet();
    }
  }

  /// Takes the next record; null where there is none.
  byte @Nullable [] poll() {
    while (consumed() < written()) {
      long offset = consumed() & (size - 1);
      int header = (int) INT.getAcquire(data, offset);
      if ((header & BUSY) != 0) {
        return null;
      }
      int length = header & ~DISCARD;
      var record = new byte[length];
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset + HEADER, record, 0, length);
      LONG.setRelease(consumer, 0L, consumed() + whole(length));
      if ((header & DISCARD) == 0) {
        return record;
      }
    }
    return null;
  }

  /// How often readers were woken.
  long signals() {
    return signals.get();
  }
}
