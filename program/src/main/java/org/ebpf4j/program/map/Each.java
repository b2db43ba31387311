package org.ebpf4j.program.map;

/// What is done with each entry of a map.
///
/// @param <K> keys
/// @param <V> values
@FunctionalInterface
public interface Each<K, V> {
  /// Does it.
  ///
  /// @return whether to go on
  boolean accept(K key, V value);
}
