package org.ebpf4j.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.BiConsumer;
import org.ebpf4j.Entries;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.Errno;
import org.ebpf4j.spi.MapAccess;
import org.jspecify.annotations.Nullable;

/// The entries of a map.
final class MapEntries<K, V> implements Entries<K, V> {
  private final MapAccess access;
  private final MapShape shape;
  private final Codec<K> keys;
  private final Codec<V> values;
  private final long flags;

  MapEntries(MapAccess access, MapShape shape, Codec<K> keys, Codec<V> values, long flags) {
    this.access = access;
    this.shape = shape;
    this.keys = keys;
    this.values = values;
    this.flags = flags;
  }

  @Override
  public Cursor<K, V> cursor() {
    return new Place(Arena.ofAuto());
  }

  @Override
  public boolean forEach(BiConsumer<? super K, ? super V> action) {
    try (var arena = Arena.ofConfined();
        var place = new Place(arena)) {
      while (place.next()) {
        action.accept(place.key(), place.value());
      }
      return place.isConsistent();
    }
  }

  /// Goes through entries without looking at them.
  static Cursor<byte[], byte[]> count(MapAccess access, MapShape shape) {
    return new MapEntries<>(
            access, shape, Codec.bytes(shape.keySize()), Codec.bytes(shape.valueSize()), 0)
        .cursor();
  }

  /// A place among the entries: in what a command on many gave, or, where the kernel has none for
  /// this map, at a key after which it is asked for the next.
  private final class Place implements Cursor<K, V> {
    private final Arena arena;
    private final MapReading reading;
    private int index = -1;
    private boolean ended;
    private boolean consistent = true;
    private @Nullable KeyWalk walk;

    Place(Arena arena) {
      this.arena = arena;
      this.reading = new MapReading(access, shape, MapAccess.Batch.LOOKUP, flags, arena);
    }

    @Override
    public boolean next() {
      if (ended) {
        return false;
      }
      if (walk != null) {
        return step(walk);
      }
      if (++index < reading.count()) {
        return true;
      }
      index = 0;
      if (reading.fill()) {
        return true;
      }
      if (!reading.isSupported()) {
        walk = new KeyWalk(arena);
        return step(walk);
      }
      ended = true;
      if (reading.errno() != 0) {
        throw access.refusal("MAP_LOOKUP_BATCH", reading.errno());
      }
      return false;
    }

    private boolean step(KeyWalk walk) {
      ended = !walk.next();
      consistent = walk.consistent;
      return !ended;
    }

    @Override
    public K key() {
      checkPlace();
      return walk != null
          ? keys.read(walk.key, 0)
          : keys.read(reading.keys(), (long) index * shape.keySize());
    }

    @Override
    public V value() {
      checkPlace();
      return walk != null
          ? values.read(walk.value, 0)
          : values.read(reading.values(), (long) index * shape.valueSize());
    }

    private void checkPlace() {
      if (ended || index < 0) {
        throw new IllegalStateException(
            ended ? "there are no more entries" : "before the first entry; call next()");
      }
    }

    @Override
    public boolean isConsistent() {
      return consistent;
    }

    @Override
    public void close() {
      ended = true;
    }
  }

  /// Goes from key to key.
  private final class KeyWalk {
    private final MemorySegment key;
    private final MemorySegment value;
    private final MemorySegment ahead;
    // Storages of cgroups do not say how many entries they may have.
    private long left = shape.maxEntries() == 0 ? Long.MAX_VALUE : shape.maxEntries();
    private boolean started;
    private boolean last;
    private boolean consistent = true;

    KeyWalk(Arena arena) {
      this.key = arena.allocate(Math.max(1, shape.keySize()), 8);
      this.value = arena.allocate(Math.max(1, shape.valueSize()), 8);
      this.ahead = arena.allocate(Math.max(1, shape.keySize()), 8);
    }

    boolean next() {
      if (!started) {
        started = true;
        last = !find(true);
      }
      while (!last) {
        if (left-- == 0) {
          // More keys than it can hold: it has been gone through from the start again.
          consistent = false;
          return false;
        }
        key.copyFrom(ahead);
        last = !find(false);
        if (read()) {
          return true;
        }
        // A slot of an array is empty. Storages of cgroups give a key that is none after the last.
        // Else the key has gone, and the one found after it may be the first of all.
        consistent &= shape.hasSlots() || shape.maxEntries() == 0;
      }
      return false;
    }

    /// Finds the key after the one at hand, or the first; false where there is none.
    private boolean find(boolean first) {
      try (var lane = access.enter()) {
        if (!first) {
          lane.key().copyFrom(key.asSlice(0, shape.keySize()));
        }
        var errno = lane.nextKey(first);
        if (errno == 0) {
          ahead.copyFrom(lane.next());
        } else if (errno != Errno.ENOENT) {
          throw access.refusal("MAP_GET_NEXT_KEY", errno);
        }
        return errno == 0;
      }
    }

    private boolean read() {
      try (var lane = access.enter()) {
        lane.key().copyFrom(key.asSlice(0, shape.keySize()));
        var errno = lane.lookup(flags);
        if (errno == 0) {
          value.copyFrom(lane.value());
        } else if (errno != Errno.ENOENT) {
          throw access.refusal("MAP_LOOKUP_ELEM", errno);
        }
        return errno == 0;
      }
    }
  }
}
