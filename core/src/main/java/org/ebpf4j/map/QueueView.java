package org.ebpf4j.map;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.ebpf4j.QueueMap;
import org.ebpf4j.RawMap;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.Errno;
import org.ebpf4j.spi.MapAccess;

/// A map without keys: a queue, a stack, or a bloom filter. Another view of a [RawMap].
///
/// @param <V> what a value is in Java
final class QueueView<V> implements QueueMap<V> {
  private static final long EXIST = 2;

  private final RawMap map;
  private final MapAccess access;
  private final Codec<V> values;

  QueueView(RawMap map, MapAccess access, Codec<V> values) {
    this.map = map;
    this.access = access;
    this.values = values;
  }

  @Override
  public RawMap map() {
    return map;
  }

  @Override
  public boolean push(V value) {
    return write(value, 0);
  }

  @Override
  public void pushReplacing(V value) {
    if (!write(value, EXIST)) {
      throw access.refusal("MAP_UPDATE_ELEM", Errno.E2BIG);
    }
  }

  private boolean write(V value, long flags) {
    try (var lane = access.enter()) {
      values.write(lane.value(), 0, value);
      var errno = lane.update(flags);
      if (errno != 0 && errno != Errno.E2BIG) {
        throw access.refusal("MAP_UPDATE_ELEM", errno);
      }
      return errno == 0;
    }
  }

  @Override
  public Optional<V> pop() {
    try (var lane = access.enter()) {
      return value(lane.lookupAndDelete(0), "MAP_LOOKUP_AND_DELETE_ELEM", lane.value());
    }
  }

  @Override
  public Optional<V> peek() {
    try (var lane = access.enter()) {
      return value(lane.lookup(0), "MAP_LOOKUP_ELEM", lane.value());
    }
  }

  private Optional<V> value(int errno, String command, MemorySegment place) {
    if (errno == Errno.ENOENT) {
      return Optional.empty();
    }
    if (errno != 0) {
      throw access.refusal(command, errno);
    }
    return Optional.of(values.read(place, 0));
  }

  @Override
  public boolean mayContain(V value) {
    try (var lane = access.enter()) {
      values.write(lane.value(), 0, value);
      var errno = lane.lookup(0);
      if (errno != 0 && errno != Errno.ENOENT) {
        throw access.refusal("MAP_LOOKUP_ELEM", errno);
      }
      return errno == 0;
    }
  }

  @Override
  public String toString() {
    return map().toString();
  }
}
