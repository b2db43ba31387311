package org.ebpf4j.linux;

import java.util.Optional;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.Errno;

/// A map without keys: a queue, a stack, or a bloom filter. It is another view of a [LinuxMap], and
/// closed with it.
///
/// @param <V> what a value is in Java
public final class QueueMap<V> {
  private static final long EXIST = 2;

  private final LinuxMap map;
  private final Codec<V> values;

  QueueMap(LinuxMap map, Codec<V> values) {
    this.map = map;
    this.values = values;
  }

  /// The map that this is a view of.
  public LinuxMap map() {
    return map;
  }

  /// Puts a value in; false where there is no room.
  ///
  /// @throws IllegalArgumentException for a value that does not fit
  public boolean push(V value) {
    return write(value, 0);
  }

  /// Puts a value in, in place of the oldest where there is no room. Bloom filters take no such
  /// thing.
  ///
  /// @throws IllegalArgumentException for a value that does not fit
  public void pushReplacing(V value) {
    if (!write(value, EXIST)) {
      throw map.refusal("MAP_UPDATE_ELEM", Errno.E2BIG);
    }
  }

  private boolean write(V value, long flags) {
    try (var lane = map.enter()) {
      values.write(lane.value(), 0, value);
      var errno = lane.update(flags);
      if (errno != 0 && errno != Errno.E2BIG) {
        throw map.refusal("MAP_UPDATE_ELEM", errno);
      }
      return errno == 0;
    }
  }

  /// Takes the next value out: of a queue the oldest, of a stack the newest. Empty where there is
  /// none.
  public Optional<V> pop() {
    try (var lane = map.enter()) {
      return value(lane.lookupAndDelete(0), "MAP_LOOKUP_AND_DELETE_ELEM", lane.value());
    }
  }

  /// The next value, which stays.
  public Optional<V> peek() {
    try (var lane = map.enter()) {
      return value(lane.lookup(0), "MAP_LOOKUP_ELEM", lane.value());
    }
  }

  private Optional<V> value(int errno, String command, java.lang.foreign.MemorySegment place) {
    if (errno == Errno.ENOENT) {
      return Optional.empty();
    }
    if (errno != 0) {
      throw map.refusal(command, errno);
    }
    return Optional.of(values.read(place, 0));
  }

  /// Whether a bloom filter may hold a value. False is certain.
  ///
  /// @throws IllegalArgumentException for a value that does not fit
  public boolean mayContain(V value) {
    try (var lane = map.enter()) {
      values.write(lane.value(), 0, value);
      var errno = lane.lookup(0);
      if (errno != 0 && errno != Errno.ENOENT) {
        throw map.refusal("MAP_LOOKUP_ELEM", errno);
      }
      return errno == 0;
    }
  }
}
