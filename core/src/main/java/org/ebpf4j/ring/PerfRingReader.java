package org.ebpf4j.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.spi.SharedPerfRing;

/// Reads the perf ring of one CPU. Used by one thread at a time, but for [#retire()].
final class PerfRingReader {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final long HEAD = 1024;
  private static final long TAIL = 1032;

  // enum perf_event_type
  private static final int LOST = 2;
  private static final int SAMPLE = 9;

  // struct perf_event_header: type, misc, size
  private static final int HEADER = 8;
  private static final int SIZE_AT = 6;

  /// Of a sample with its raw data alone: where the length of the data is, and the data.
  private static final int LENGTH_AT = 8;

  private static final int DATA_AT = 12;

  /// Of a loss: where the count is.
  private static final int COUNT_AT = 16;

  /// After how many records at most their room is given back to the kernel.
  private static final int BATCH = 512;

  /// Takes the records.
  @FunctionalInterface
  interface Sink {
    /// Takes a record: `length` bytes of `memory` from `offset`. Returns whether to go on with the
    /// next.
    boolean accept(int cpu, MemorySegment memory, long offset, int length);
  }

  private final String name;
  private final SharedPerfRing ring;
  private final PerfBuffer.LostConsumer losses;
  private final MemorySegment control;
  private final long size;
  private final boolean overwritable;
  private volatile boolean retired;

  // What one pass over the records keeps.
  private long position;
  private long end;
  private boolean stopped;

  PerfRingReader(
      String name, SharedPerfRing ring, boolean overwritable, PerfBuffer.LostConsumer losses) {
    this.name = name;
    this.ring = ring;
    this.losses = losses;
    this.control = ring.control();
    this.size = ring.size();
    this.overwritable = overwritable;
  }

  int cpu() {
    return ring.cpu();
  }

  boolean alive() {
    return ring.alive();
  }

  /// Another ring has taken the place of this one, which is to be read to its end.
  void retire() {
    retired = true;
  }

  boolean retired() {
    return retired;
  }

  boolean isEmpty() {
    return overwritable || head() == (long) LONG.getAcquire(control, TAIL);
  }

  private long head() {
    return (long) LONG.getAcquire(control, HEAD);
  }

  /// Reads what was there when it began, at most `max` records; how many.
  int drain(int max, Sink sink, BooleanSupplier closed) {
    position = (long) LONG.getAcquire(control, TAIL);
    end = head();
    stopped = false;
    if (Long.compareUnsigned(end - position, size) > 0 || ((position | end) & 7) != 0) {
      throw new BpfException(
          what()
              + " has positions that cannot be: "
              + Long.toUnsignedString(position)
              + " of the reader and "
              + Long.toUnsignedString(end)
              + " of the kernel; is somebody else reading it?");
    }
    var total = 0;
    while (position != end && total < max && !stopped && !closed.getAsBoolean()) {
      total += batch(Math.min(max - total, BATCH), sink, closed);
    }
    return total;
  }

  private int batch(int max, Sink sink, BooleanSupplier closed) {
    var at = position;
    var stop = Math.min(end - at, Math.max(size / 8, HEADER)) + at;
    var count = 0;
    try (var scope = Arena.ofConfined()) {
      var memory = ring.data(scope);
      while (at - stop < 0 && count < max && !stopped && !closed.getAsBoolean()) {
        var start = at & (size - 1);
        var length = length(memory, start);
        if (length < HEADER || (length & 7) != 0 || length > end - at) {
          throw new BpfException(
              what()
                  + " has a record of "
                  + length
                  + " bytes at position "
                  + Long.toUnsignedString(at)
                  + ", where the kernel has written "
                  + (end - at));
        }
        at += length;
        switch (type(memory, start)) {
          case SAMPLE -> {
            count++;
            stopped = !give(memory, start, length, sink, scope);
          }
          case LOST -> losses.accept(cpu(), word(memory, start + COUNT_AT));
          default -> {
            // Not from a program.
          }
        }
      }
    } finally {
      // The scope has ended: nobody sees what is written there from here on.
      position = at;
      LONG.setRelease(control, TAIL, at);
    }
    return count;
  }

  private static int type(MemorySegment memory, long start) {
    return memory.get(ValueLayout.JAVA_INT, start);
  }

  private static int length(MemorySegment memory, long start) {
    return Short.toUnsignedInt(memory.get(ValueLayout.JAVA_SHORT, start + SIZE_AT));
  }

  /// A word of a record, all of which are at multiples of 8, so that the end of the ring cuts none.
  private long word(MemorySegment memory, long at) {
    return memory.get(ValueLayout.JAVA_LONG, at & (size - 1));
  }

  private boolean give(MemorySegment memory, long start, int length, Sink sink, Arena scope) {
    var given = memory.get(ValueLayout.JAVA_INT, (start + LENGTH_AT) & (size - 1));
    if (length < DATA_AT + 4 || given < 0 || given > length - DATA_AT) {
      throw new BpfException(
          what() + " has a record of " + length + " bytes with " + given + " bytes of data");
    }
    var from = (start + DATA_AT) & (size - 1);
    if (from + given <= size) {
      return sink.accept(cpu(), memory, from, given);
    }
    var whole = scope.allocate(given + 4L, 8).asSlice(4);
    var first = size - from;
    MemorySegment.copy(memory, from, whole, 0, first);
    MemorySegment.copy(memory, 0, whole, first, given - first);
    return sink.accept(cpu(), whole.asReadOnly(), 0, given);
  }

  /// Gives all records that are there, the oldest first, while the kernel writes none; how many.
  /// The kernel writes them one before the other, so that the newest is at its position.
  int snapshot(Sink sink, BooleanSupplier closed) {
    ring.pause(true);
    try (var scope = Arena.ofConfined()) {
      return backwards(ring.data(scope), sink, closed, scope);
    } finally {
      ring.pause(false);
    }
  }

  private int backwards(MemorySegment memory, Sink sink, BooleanSupplier closed, Arena scope) {
    var head = head();
    var starts = new long[16];
    var count = 0;
    var walked = 0L;
    while (walked < size) {
      var start = (head + walked) & (size - 1);
      var length = length(memory, start);
      // What was never written is 0; of the oldest record, the newest may have taken a part.
      if (length < HEADER || (length & 7) != 0 || length > size - walked) {
        break;
      }
      if (type(memory, start) == SAMPLE) {
        starts = count == starts.length ? Arrays.copyOf(starts, count * 2) : starts;
        starts[count++] = start;
      }
      walked += length;
    }
    var given = 0;
    for (int i = count - 1; i >= 0 && !closed.getAsBoolean(); i--) {
      given++;
      if (!give(memory, starts[i], length(memory, starts[i]), sink, scope)) {
        break;
      }
    }
    return given;
  }

  private String what() {
    return "the ring of CPU " + cpu() + " of perf buffer '" + name + "'";
  }

  void close() {
    ring.close();
  }
}
