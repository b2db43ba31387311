package org.ebpf4j.vm.internal.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
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
  private final MemorySegment consumer = Arena.ofAuto().allocate(8, 8);
  private final MemorySegment producer = Arena.ofAuto().allocate(8, 8);
  private final MemorySegment data;
  private final Set<RingWaiter> waiters = new CopyOnWriteArraySet<>();

  RingMemory(String name, int size) {
    this.name = name;
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
      waiters.forEach(RingWaiter::wake);
    }
  }

  void add(RingWaiter waiter) {
    waiters.add(waiter);
  }

  void remove(RingWaiter waiter) {
    waiters.remove(waiter);
  }

  /// The memory as a reader has it, or a writer of a ring that programs read.
  public SharedRing open() {
    return new View();
  }

  final class View implements SharedRing {
    private final Arena scope = Arena.ofShared();

    RingMemory ring() {
      return RingMemory.this;
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
      return within(data, other);
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
