package org.ebpf4j;

import java.util.List;
import java.util.Optional;
import org.ebpf4j.BpfMap.Update;

/// A map whose values are maps. It is another view of a [RawMap], and closed with it. It may be
/// used from any thread.
///
/// @param <K> what a key is in Java
public interface MapOfMaps<K> {
  /// The map that this is a view of.
  RawMap map();

  /// The map of a key, as a reference of its own, which is the caller's to close. Empty where there
  /// is none.
  Optional<RawMap> lookup(K key);

  /// Puts a map in, which gets a reference to it. When this returns, no program sees the former one
  /// any more.
  ///
  /// @throws IllegalArgumentException for a map of another kernel
  /// @throws org.ebpf4j.error.KernelException with `EINVAL` for a map that is not like those that
  ///   this one was made for
  void update(K key, RawMap inner, Update mode);

  /// Takes a map out; false where there was none.
  boolean delete(K key);

  /// The keys that have a map.
  List<K> keys();
}
