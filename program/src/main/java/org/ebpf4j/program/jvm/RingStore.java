package org.ebpf4j.program.jvm;

import java.util.IdentityHashMap;
import java.util.function.Supplier;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.spi.SharedRing;
import org.jspecify.annotations.Nullable;

/// A ring buffer: what programs reserved, and the records in its memory.
public final class RingStore implements MapStore {
  private final Supplier<Types> types;
  private final long size;
  private final IdentityHashMap<Object, Reserved> reserved = new IdentityHashMap<>();
  private @Nullable RingMemory memory;

  /// Room for a record, and what gives it up.
  private record Reserved(long at, Runnable release) {}

  /// @param types how records stand in memory, asked for when they are wanted
  /// @param size how many bytes it holds
  public RingStore(Supplier<Types> types, long size) {
    this.types = types;
    this.size = size;
  }

  private synchronized RingMemory memory() {
    if (memory == null) {
      if (size > 1 << 30 || Long.bitCount(size) != 1) {
        throw new BpfException(
            "a ring of " + size + " bytes\n  try: a power of two, such as 65536");
      }
      memory = new RingMemory((int) size);
    }
    return memory;
  }

  /// An object to fill, for which there is room; null where there is none.
  public synchronized @Nullable Object reserve() {
    var shape = types.get().value();
    long at = memory().reserve(shape.size());
    if (at < 0) {
      return null;
    }
    var event = shape.zero();
    Runnable release = () -> finish(event, true, 0);
    reserved.put(event, new Reserved(at, release));
    Environment.current().acquired(release);
    return event;
  }

  /// Hands a reserved object over, or gives it up.
  ///
  /// @throws IllegalStateException where it is not reserved
  public synchronized void finish(Object event, boolean discarded, long flags) {
    var place = reserved.remove(event);
    if (place == null) {
      throw new IllegalStateException(
          "the event was submitted or discarded before, or not reserved");
    }
    Environment.current().released(place.release());
    memory().commit(place.at(), types.get().value().bytes(event), discarded, (flags & 1) != 0);
  }

  /// Sends a copy of an object. 0, or an error number.
  public synchronized int output(Object event, long flags) {
    var bytes = Shapes.ofValue(event).bytes(event);
    long at = memory().reserve(bytes.length);
    if (at < 0) {
      return Errno.EAGAIN;
    }
    memory().commit(at, bytes, false, (flags & 1) != 0);
    return 0;
  }

  /// The next record as an object; null where there is none.
  public synchronized @Nullable Object poll() {
    var record = memory().poll();
    return record == null ? null : types.get().value().value(record);
  }

  /// `bpf_ringbuf_query`: bytes that are not read, the size, or a position.
  public long query(long what) {
    var ring = memory();
    return switch ((int) what) {
      case 0 -> ring.written() - ring.consumed();
      case 1 -> size;
      case 2 -> ring.consumed();
      case 3 -> ring.written();
      default -> 0;
    };
  }

  /// Its memory, for a reader.
  public SharedRing open(String name) {
    return new RingView(name, memory());
  }

  @Override
  public int keySize() {
    return 0;
  }

  @Override
  public int valueSize() {
    return 0;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return null;
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    return MapStore.refused();
  }

  @Override
  public int remove(byte[] key) {
    return MapStore.refused();
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return null;
  }

  @Override
  public synchronized void clear() {
    memory = null;
    reserved.clear();
  }
}
