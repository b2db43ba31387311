package org.ebpf4j.ring;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.RecordSizeException;
import org.jspecify.annotations.Nullable;

/// The records of a [PerfBuffer] as values of a type. All ways of reading are the one reader that a
/// buffer has. One thread reads at a time. The buffer stays its owner's, who closes it.
///
/// A record may be longer or shorter than the type, as with a [TypedRingBuffer]. The kernel adds up
/// to 7 bytes of no meaning to each record: a flexible array of a type may end in them (text
/// without a zero at its end, too), and a number that the record's end is in counts as missing.
/// Where a record has nothing of the type, reading throws a [RecordSizeException], and the record
/// counts as read.
///
/// @param <T> the type
public final class TypedPerfBuffer<T> {
  /// How many bytes the kernel may have added to a record.
  private static final int MOST_ADDED = 7;

  private final PerfBuffer buffer;
  private final Codec<T> codec;

  /// Records of so many bytes are read without a look at their length.
  private final int size;

  TypedPerfBuffer(PerfBuffer buffer, Codec<T> codec) {
    this.buffer = buffer;
    this.codec = codec;
    this.size = codec.flexible() ? Integer.MAX_VALUE : codec.extent();
  }

  /// The buffer that is read.
  public PerfBuffer buffer() {
    return buffer;
  }

  /// Gives the values that are there to `callback`, waiting up to `timeout` for the first, as
  /// [PerfBuffer#poll(Duration, CpuConsumer)] does.
  public int poll(Duration timeout, CpuConsumer<? super T> callback) {
    return poll(timeout, Integer.MAX_VALUE, callback);
  }

  /// The same for at most `max` values.
  public int poll(Duration timeout, int max, CpuConsumer<? super T> callback) {
    return buffer.read(timeout, max, sink(callback));
  }

  /// Gives the values that are there to `callback`, without waiting.
  public int consume(CpuConsumer<? super T> callback) {
    return poll(Duration.ZERO, callback);
  }

  /// Gives the newest values to `callback`, as [PerfBuffer#snapshot(CpuConsumer)] does.
  public int snapshot(CpuConsumer<? super T> callback) {
    return buffer.snapshot(sink(callback));
  }

  /// What a [RingPoller] reads of it.
  public EventSource source(CpuConsumer<? super T> callback) {
    return buffer.source(sink(callback));
  }

  /// Takes one value, waiting for it up to `timeout`; empty where none came in time, the buffer was
  /// closed or woken, or the thread was interrupted.
  ///
  /// @throws IllegalStateException after the buffer was closed, or where it is being read already
  public Optional<T> next(Duration timeout) {
    var one = new One();
    buffer.read(timeout, 1, one);
    return Optional.ofNullable(one.value);
  }

  private final class One implements PerfRingReader.Sink {
    private @Nullable T value;

    @Override
    public boolean accept(int cpu, MemorySegment memory, long offset, int length) {
      value = decode(memory, offset, length);
      return false;
    }
  }

  private PerfRingReader.Sink sink(CpuConsumer<? super T> callback) {
    return (cpu, memory, offset, length) -> {
      callback.accept(cpu, decode(memory, offset, length));
      return true;
    };
  }

  private T decode(MemorySegment memory, long offset, int length) {
    if (length >= size) {
      return codec.read(memory, offset);
    }
    for (int added = 0; added <= MOST_ADDED; added++) {
      if (codec.reads(length - added)) {
        return codec.read(memory, offset, length - added);
      }
    }
    throw new RecordSizeException(buffer.name(), length, codec.extent());
  }

  @Override
  public String toString() {
    return buffer.toString();
  }
}
