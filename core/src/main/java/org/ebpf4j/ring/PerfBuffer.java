package org.ebpf4j.ring;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.spi.PerfRings;
import org.ebpf4j.spi.Waitable;
import org.jspecify.annotations.Nullable;

/// A perf buffer (`BPF_MAP_TYPE_PERF_EVENT_ARRAY`): records that programs write with
/// `bpf_perf_event_output`, in a ring for each CPU. The order of records is that of each CPU;
/// between CPUs there is none. One thread reads at a time, and another that tries gets an
/// [IllegalStateException]. Closing works from every thread, also from within a callback.
///
/// A record is what the program wrote, and after it up to 7 bytes without a meaning, which the
/// kernel adds: the length of a record and 4 come to a multiple of 8. It begins at a multiple of 4,
/// so numbers of 8 bytes are to be read unaligned (`JAVA_LONG_UNALIGNED`), as codecs do.
///
/// Where a ring is full, the kernel loses what programs write, counts that, and tells of it with
/// the next record for which it has room: so [#lost()] is complete once a record came after the
/// last loss on each CPU.
public final class PerfBuffer implements AutoCloseable {
  private final PerfRings rings;
  private final EventTypes types;
  private final Reader reader;
  private final CloseActions closeActions = new CloseActions();
  private final List<PerfRingReader> readers = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable LostConsumer> lostConsumer = new AtomicReference<>();

  /// Whether there are rings that others took the place of.
  private volatile boolean replaced;

  /// Which ring was read last, by the reader alone: the one after it comes first the next time.
  private int last;

  /// Of each CPU that ever had a ring, by its id.
  private final TreeMap<Integer, Long> lost = new TreeMap<>();

  /// Is told of records that were lost.
  @FunctionalInterface
  public interface LostConsumer {
    /// Takes the number of records that were lost on a CPU since the last time.
    void accept(int cpu, long count);
  }

  /// Reads `rings`, and closes them in the end. Opens a ring for each CPU that is running.
  public PerfBuffer(PerfRings rings) {
    this(rings, EventTypes.UNKNOWN);
  }

  /// The same, with what is known of the records.
  public PerfBuffer(PerfRings rings, EventTypes types) {
    this.rings = rings;
    this.types = types;
    this.reader = new Reader("perf buffer '" + rings.name() + "'", rings::waiter, this::release);
    try {
      refresh();
    } catch (RuntimeException | Error e) {
      reader.close();
      throw e;
    }
  }

  /// Its name.
  public String name() {
    return rings.name();
  }

  /// The ids of the CPUs whose records are read, in ascending order.
  public List<Integer> cpus() {
    return readers.stream().filter(r -> !r.retired()).map(PerfRingReader::cpu).sorted().toList();
  }

  /// Whether it was closed.
  public boolean isClosed() {
    return reader.closed();
  }

  /// Opens rings for CPUs that were switched on since this was opened, or off and on again; returns
  /// their ids. Until then, records of such a CPU do not come. What a ring still holds of the time
  /// before is read by the next reading. Any thread may call it, also while another one reads.
  ///
  /// @throws IllegalStateException after [#close()]
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  public synchronized List<Integer> refresh() {
    reader.checkOpen();
    var opened = new ArrayList<Integer>();
    for (int cpu : rings.online()) {
      var current = current(cpu);
      if (current != null && current.alive()) {
        continue;
      }
      var ring = rings.open(cpu);
      if (ring.isEmpty()) {
        // Switched off since it was looked at.
        continue;
      }
      if (current != null) {
        current.retire();
        replaced = true;
      }
      readers.add(new PerfRingReader(name(), ring.get(), rings.overwritable(), this::countLost));
      opened.add(cpu);
    }
    if (!opened.isEmpty()) {
      reader.wake();
    }
    return opened;
  }

  private @Nullable PerfRingReader current(int cpu) {
    for (var one : readers) {
      if (one.cpu() == cpu && !one.retired()) {
        return one;
      }
    }
    return null;
  }

  /// How many records were lost, as far as the kernel has told.
  public long lost() {
    synchronized (lost) {
      return lost.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /// The same for one CPU.
  public long lost(int cpu) {
    synchronized (lost) {
      return lost.getOrDefault(cpu, 0L);
    }
  }

  /// Has `consumer` told of lost records, by the thread that reads, before it gets the record that
  /// came next.
  public void onLost(LostConsumer consumer) {
    lostConsumer.set(consumer);
  }

  private void countLost(int cpu, long count) {
    synchronized (lost) {
      lost.merge(cpu, count, Long::sum);
    }
    var consumer = lostConsumer.get();
    if (consumer != null) {
      consumer.accept(cpu, count);
    }
  }

  /// Reads the records as values of a type. It is compared with the struct that they are, where the
  /// object says it (as with a variable `const struct event *unused`); else it is laid out by the
  /// rules of C.
  ///
  /// @throws org.ebpf4j.error.LayoutMismatchException where it does not fit
  public <T> TypedPerfBuffer<T> as(Class<T> type) {
    return as(types.codec(type));
  }

  /// Reads the records as values of a type, which is compared with a struct of the object.
  ///
  /// @param struct its name
  /// @throws org.ebpf4j.error.LayoutMismatchException where it does not fit
  /// @throws org.ebpf4j.error.NotFoundException where the object has no such struct
  public <T> TypedPerfBuffer<T> as(Class<T> type, String struct) {
    return as(types.codec(type, struct));
  }

  /// Reads the records as values of a type.
  public <T> TypedPerfBuffer<T> as(Codec<T> codec) {
    return new TypedPerfBuffer<>(this, codec);
  }

  /// Gives the records that are there to `callback`, those of all CPUs, waiting up to `timeout` for
  /// the first. Returns how many there were: 0 where none came in time, the buffer was closed or
  /// woken ([#wakeup()]), or the thread was interrupted (it stays so).
  ///
  /// A record is the memory of the ring itself (a copy, where it goes over the ring's end),
  /// read-only, and can be used by this thread until the callback returns. Kept for longer, it
  /// shows the same bytes or throws an [IllegalStateException].
  ///
  /// What the callback throws is thrown; the record that it was given counts as read.
  ///
  /// @throws IllegalStateException after [#close()], where the buffer is being read already, or for
  ///   one that overwrites
  /// @throws org.ebpf4j.error.BpfException where a ring is damaged
  public int poll(Duration timeout, CpuConsumer<? super MemorySegment> callback) {
    return poll(timeout, Integer.MAX_VALUE, callback);
  }

  /// The same for at most `max` records.
  public int poll(Duration timeout, int max, CpuConsumer<? super MemorySegment> callback) {
    return read(timeout, max, borrowed(callback));
  }

  /// Gives the records that are there to `callback` as [#poll(Duration, CpuConsumer)] does, without
  /// waiting.
  public int consume(CpuConsumer<? super MemorySegment> callback) {
    return poll(Duration.ZERO, callback);
  }

  /// What a [RingPoller] reads of it.
  ///
  /// @throws IllegalStateException for a buffer that overwrites
  public EventSource source(CpuConsumer<? super MemorySegment> callback) {
    return source(borrowed(callback));
  }

  private static PerfRingReader.Sink borrowed(CpuConsumer<? super MemorySegment> callback) {
    return (cpu, memory, offset, length) -> {
      callback.accept(cpu, memory.asSlice(offset, length));
      return true;
    };
  }

  /// Gives the newest records, as many as there are room for, to `callback`: CPU for CPU, the
  /// oldest first. They stay in the buffer, and come again the next time. While they are read, the
  /// kernel writes no others: what programs write in that time is lost, and not counted.
  ///
  /// @throws IllegalStateException after [#close()], where the buffer is being read already, or for
  ///   one that does not overwrite
  public int snapshot(CpuConsumer<? super MemorySegment> callback) {
    return snapshot(borrowed(callback));
  }

  int snapshot(PerfRingReader.Sink sink) {
    if (!rings.overwritable()) {
      throw new IllegalStateException(
          "perf buffer '" + name() + "' does not overwrite; it is read with poll");
    }
    return reader.poll(
        Duration.ZERO,
        new Work() {
          @Override
          public int consume() {
            var total = 0;
            for (var one : readers) {
              total += one.snapshot(sink, reader::closed);
            }
            retire();
            return total;
          }
        });
  }

  /// Ends the wait of the thread that polls, or the next wait.
  ///
  /// @throws IllegalStateException after [#close()]
  public void wakeup() {
    reader.wakeup();
  }

  /// Reads records into `sink`, waiting for the first; returns how many it was given.
  int read(Duration timeout, int max, PerfRingReader.Sink sink) {
    if (max <= 0) {
      throw new IllegalArgumentException("at most " + max + " records");
    }
    checkConsumable();
    return reader.poll(
        timeout,
        new Work() {
          @Override
          public int consume() {
            return drain(max, sink);
          }
        });
  }

  private void checkConsumable() {
    if (rings.overwritable()) {
      throw new IllegalStateException(
          "perf buffer '" + name() + "' overwrites; it is read with snapshot");
    }
  }

  private abstract class Work implements Reader.Work {
    @Override
    public EventSource.State state() {
      return PerfBuffer.this.state();
    }
  }

  private EventSource.State state() {
    for (var one : readers) {
      if (!one.isEmpty()) {
        return EventSource.State.READY;
      }
    }
    return EventSource.State.EMPTY;
  }

  private int drain(int max, PerfRingReader.Sink sink) {
    var all = readers.toArray(PerfRingReader[]::new);
    var total = 0;
    for (int i = 0; i < all.length && total < max && !reader.closed(); i++) {
      last = last + 1 < all.length ? last + 1 : 0;
      total += all[last].drain(max - total, sink, reader::closed);
    }
    retire();
    return total;
  }

  /// Closes the rings that others took the place of, once they are empty.
  private void retire() {
    if (!replaced) {
      return;
    }
    replaced = false;
    var over =
        readers.stream()
            .filter(one -> one.retired() && (rings.overwritable() || one.isEmpty()))
            .toList();
    readers.removeAll(over);
    over.forEach(PerfRingReader::close);
    if (readers.stream().anyMatch(PerfRingReader::retired)) {
      replaced = true;
    }
  }

  EventSource source(PerfRingReader.Sink sink) {
    checkConsumable();
    return new EventSource() {
      @Override
      public List<? extends Waitable> waitables() {
        return List.of(rings);
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
          return reader.closed() ? State.EMPTY : PerfBuffer.this.state();
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

  /// Wakes who waits, waits until what was lent in a callback is given back, and gives the rings
  /// back: programs write to them no more. From within a callback, that is done when the callback
  /// returns. The map lives on. Closing twice is closing once.
  @Override
  public void close() {
    reader.close();
  }

  private synchronized void release() {
    try {
      closeActions.run();
    } finally {
      try {
        readers.forEach(PerfRingReader::close);
      } finally {
        rings.close();
      }
    }
  }

  @Override
  public String toString() {
    return "perf buffer '"
        + name()
        + "' ("
        + readers.size()
        + (isClosed() ? " CPUs, closed)" : " CPUs)");
  }
}
