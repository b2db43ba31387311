package org.ebpf4j;

import java.util.Optional;

/// A map without keys: a queue, a stack, or a bloom filter. It is another view of a [RawMap], and
/// closed with it. May be used by several threads at a time.
///
/// @param <V> what a value is in Java
public interface QueueMap<V> {
  /// The map that this is a view of.
  RawMap map();

  /// Puts a value in; false where there is no room.
  ///
  /// @throws IllegalArgumentException for a value that does not fit
  /// @throws IllegalStateException after the map was closed, as everything here
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses, as everything here
  boolean push(V value);

  /// Puts a value in, in place of the oldest where there is no room. Bloom filters take no such
  /// thing.
  ///
  /// @throws IllegalArgumentException for a value that does not fit
  void pushReplacing(V value);

  /// Takes the next value out: of a queue the oldest, of a stack the newest. Empty where there is
  /// none.
  Optional<V> pop();

  /// The next value, which stays.
  Optional<V> peek();

  /// Whether a bloom filter may hold a value. False is certain.
  ///
  /// @throws IllegalArgumentException for a value that does not fit
  boolean mayContain(V value);
}
