package org.ebpf4j.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.ebpf4j.BpfMap;
import org.ebpf4j.Entries;
import org.ebpf4j.RawMap;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.spi.MapAccess;

/// A map with keys and values of Java types: codecs before and behind the calls on it. It is
/// another view of a [RawMap]: closing either closes both.
///
/// @param <K> what a key is in Java
/// @param <V> what a value is in Java
final class TypedMap<K, V> implements BpfMap<K, V> {
  /// What the kernel answers where a type of map has not such a command.
  private static final Set<Integer> UNSUPPORTED =
      Set.of(Errno.ENOTSUPP, Errno.EOPNOTSUPP, Errno.EINVAL);

  private static final long LOCK = 4;

  private final RawMap map;
  private final MapAccess access;
  private final MapShape shape;
  private final Codec<K> keys;
  private final Codec<V> values;
  private final long flags;

  TypedMap(
      RawMap map, MapAccess access, MapShape shape, Codec<K> keys, Codec<V> values, long flags) {
    this.map = map;
    this.access = access;
    this.shape = shape;
    this.keys = keys;
    this.values = values;
    this.flags = flags;
  }

  @Override
  public TypedMap<K, V> locked() {
    return new TypedMap<>(map, access, shape, keys, values, LOCK);
  }

  @Override
  public RawMap map() {
    return map;
  }

  @Override
  public String name() {
    return map.name();
  }

  @Override
  public int keySize() {
    return shape.keySize();
  }

  @Override
  public int valueSize() {
    return shape.valueSize();
  }

  @Override
  public Optional<V> lookup(K key) {
    try (var lane = access.enter()) {
      keys.write(lane.key(), 0, key);
      var errno = lane.lookup(flags);
      return errno == 0 ? Optional.of(values.read(lane.value(), 0)) : missing("LOOKUP", errno);
    }
  }

  @Override
  public void update(K key, V value, Update mode) {
    try (var lane = access.enter()) {
      keys.write(lane.key(), 0, key);
      values.write(lane.value(), 0, value);
      var errno = lane.update(flags | number(mode));
      if (errno != 0) {
        throw refusal("UPDATE", errno);
      }
    }
  }

  @Override
  public boolean delete(K key) {
    try (var lane = access.enter()) {
      keys.write(lane.key(), 0, key);
      var errno = lane.delete();
      return errno == 0 || missing("DELETE", errno).isPresent();
    }
  }

  @Override
  public Optional<V> lookupAndDelete(K key) {
    try (var lane = access.enter()) {
      keys.write(lane.key(), 0, key);
      var errno = lane.lookupAndDelete(flags);
      return errno == 0
          ? Optional.of(values.read(lane.value(), 0))
          : missing("LOOKUP_AND_DELETE", errno);
    }
  }

  @Override
  public void updateAll(Map<? extends K, ? extends V> entries, Update mode) {
    try (var arena = Arena.ofConfined()) {
      var count = entries.size();
      var keyBytes = arena.allocate(Math.max(1, (long) count * keySize()), 8);
      var valueBytes = arena.allocate(Math.max(1, (long) count * valueSize()), 8);
      var i = 0;
      for (var entry : entries.entrySet()) {
        keys.write(keyBytes, (long) i * keySize(), entry.getKey());
        values.write(valueBytes, (long) i * valueSize(), entry.getValue());
        i++;
      }
      var done = batch(MapAccess.Batch.UPDATE, keyBytes, valueBytes, count, flags | number(mode));
      if (done.errno() == 0) {
        return;
      }
      if (done.count() > 0 || !UNSUPPORTED.contains(done.errno())) {
        throw partly("UPDATE_BATCH", done, count);
      }
      for (int j = 0; j < count; j++) {
        var errno = updateOne(keyBytes, valueBytes, j, flags | number(mode));
        if (errno != 0) {
          throw partly("UPDATE_ELEM", new Done(j, errno), count);
        }
      }
    }
  }

  private int updateOne(MemorySegment keyBytes, MemorySegment valueBytes, int index, long mode) {
    try (var lane = access.enter()) {
      lane.key().copyFrom(keyBytes.asSlice((long) index * keySize(), keySize()));
      lane.value().copyFrom(valueBytes.asSlice((long) index * valueSize(), valueSize()));
      return lane.update(mode);
    }
  }

  @Override
  public int deleteAll(Collection<? extends K> all) {
    try (var arena = Arena.ofConfined()) {
      var list = List.copyOf(all);
      var keyBytes = arena.allocate(Math.max(1, (long) list.size() * keySize()), 8);
      for (int i = 0; i < list.size(); i++) {
        keys.write(keyBytes, (long) i * keySize(), list.get(i));
      }
      var deleted = 0;
      var at = 0;
      while (at < list.size()) {
        var rest = keyBytes.asSlice((long) at * keySize());
        var done = batch(MapAccess.Batch.DELETE, rest, MemorySegment.NULL, list.size() - at, 0);
        if (done.errno() != 0
            && done.errno() != Errno.ENOENT
            && (at + done.count() > 0 || !UNSUPPORTED.contains(done.errno()))) {
          throw partly("DELETE_BATCH", new Done(at + done.count(), done.errno()), list.size());
        }
        if (done.errno() != 0 && done.errno() != Errno.ENOENT) {
          return deleteEach(keyBytes, list.size());
        }
        // One that is not there ends the command; it is left out.
        deleted += done.count();
        at += done.count() + (done.errno() == 0 ? 0 : 1);
      }
      return deleted;
    }
  }

  private int deleteEach(MemorySegment keyBytes, int count) {
    var deleted = 0;
    for (int i = 0; i < count; i++) {
      try (var lane = access.enter()) {
        lane.key().copyFrom(keyBytes.asSlice((long) i * keySize(), keySize()));
        var errno = lane.delete();
        if (errno != 0 && errno != Errno.ENOENT) {
          throw partly("DELETE_ELEM", new Done(i, errno), count);
        }
        deleted += errno == 0 ? 1 : 0;
      }
    }
    return deleted;
  }

  /// How far a command on many came.
  private record Done(int count, int errno) {}

  private Done batch(
      MapAccess.Batch command,
      MemorySegment keyBytes,
      MemorySegment valueBytes,
      int count,
      long mode) {
    if (count == 0) {
      return new Done(0, 0);
    }
    try (var lane = access.enter()) {
      var errno =
          lane.batch(
              command, MemorySegment.NULL, MemorySegment.NULL, keyBytes, valueBytes, count, mode);
      // The kernel counts only where it began.
      return new Done(errno != 0 && lane.count() == count ? 0 : lane.count(), errno);
    }
  }

  private KernelException partly(String command, Done done, int count) {
    return new KernelException(
        "MAP_" + command,
        done.errno(),
        "map '"
            + name()
            + "': MAP_"
            + command
            + ": "
            + Errno.describe(done.errno())
            + ", after "
            + done.count()
            + " of "
            + count);
  }

  @Override
  public long drain(BiConsumer<? super K, ? super V> taker) {
    try (var arena = Arena.ofConfined()) {
      var reading = new MapReading(access, shape, MapAccess.Batch.LOOKUP_AND_DELETE, 0, arena);
      long taken = 0;
      while (reading.fill()) {
        give(reading, taker);
        taken += reading.count();
      }
      check("LOOKUP_AND_DELETE_BATCH", reading.errno());
      return reading.isSupported() ? taken : drainEach(taker);
    }
  }

  /// Gives all that was taken, also where the taker throws, as it is in no map any more.
  private void give(MapReading reading, BiConsumer<? super K, ? super V> taker) {
    RuntimeException thrown = null;
    for (int i = 0; i < reading.count(); i++) {
      try {
        taker.accept(
            keys.read(reading.keys(), (long) i * keySize()),
            values.read(reading.values(), (long) i * valueSize()));
      } catch (RuntimeException e) {
        if (thrown == null) {
          thrown = e;
        } else if (!thrown.equals(e)) {
          thrown.addSuppressed(e);
        }
      }
    }
    if (thrown != null) {
      throw thrown;
    }
  }

  private long drainEach(BiConsumer<? super K, ? super V> taker) {
    var all = new ArrayList<K>();
    entries().forEach((key, value) -> all.add(key));
    long taken = 0;
    for (var key : all) {
      var value = take(key);
      if (value.isPresent()) {
        taker.accept(key, value.get());
        taken++;
      }
    }
    return taken;
  }

  private Optional<V> take(K key) {
    try {
      return lookupAndDelete(key);
    } catch (KernelException e) {
      if (!UNSUPPORTED.contains(e.errno())) {
        throw e;
      }
      var value = lookup(key);
      return delete(key) ? value : Optional.empty();
    }
  }

  @Override
  public Entries<K, V> entries() {
    return new MapEntries<>(access, shape, keys, values, flags);
  }

  @Override
  public long count() {
    try (var cursor = MapEntries.count(access, shape)) {
      long count = 0;
      while (cursor.next()) {
        count++;
      }
      return count;
    }
  }

  @Override
  public void freeze() {
    try (var lane = access.enter()) {
      var errno = lane.freeze();
      if (errno != 0) {
        throw access.refusal("MAP_FREEZE", errno);
      }
    }
  }

  @Override
  public void close() {
    map.close();
  }

  private static long number(Update mode) {
    return switch (mode) {
      case ANY -> 0;
      case NO_EXIST -> 1;
      case EXIST -> 2;
    };
  }

  /// Empty where the key is not there; any other error is thrown.
  private <T> Optional<T> missing(String command, int errno) {
    if (errno == Errno.ENOENT) {
      return Optional.empty();
    }
    throw refusal(command, errno);
  }

  private void check(String command, int errno) {
    if (errno != 0) {
      throw refusal(command, errno);
    }
  }

  private KernelException refusal(String command, int errno) {
    return access.refusal("MAP_" + command + (command.endsWith("_BATCH") ? "" : "_ELEM"), errno);
  }

  @Override
  public String toString() {
    return map.toString();
  }
}
