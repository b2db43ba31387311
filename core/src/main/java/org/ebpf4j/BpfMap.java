package org.ebpf4j;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// A map. Holds one reference to it; programs that use it hold others. May be used by several
/// threads at a time.
///
/// @param <K> what a key is in Java
/// @param <V> what a value is in Java
public interface BpfMap<K, V> extends AutoCloseable {
  /// What an update does with a key that is there, or not.
  enum Update {
    /// Writes either way (`BPF_ANY`).
    ANY,
    /// Only where the key is not there (`BPF_NOEXIST`).
    NO_EXIST,
    /// Only where it is (`BPF_EXIST`).
    EXIST
  }

  /// Its name in the object it came from.
  String name();

  /// The map itself, whose keys and values are bytes.
  RawMap map();

  /// The same, in which values that hold a `struct bpf_spin_lock` are read and written under it, so
  /// that none is seen half written (`BPF_F_LOCK`). For a map whose values hold none, calls on what
  /// this returns are refused (`EINVAL`).
  BpfMap<K, V> locked();

  /// Bytes in a key.
  int keySize();

  /// Bytes that are exchanged for a value: the value, or for per-CPU maps the value rounded up to 8
  /// bytes, once for each possible CPU.
  int valueSize();

  /// The value of a key, or empty where it is not there.
  ///
  /// @throws IllegalArgumentException for a key that does not fit
  /// @throws IllegalStateException after [#close()], as everything here
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses, as everything here
  Optional<V> lookup(K key);

  /// Writes a value, whether the key is there or not.
  ///
  /// @throws IllegalArgumentException for a key or value that does not fit
  default void update(K key, V value) {
    update(key, value, Update.ANY);
  }

  /// Writes a value. What `mode` does not allow is a [org.ebpf4j.error.KernelException] with
  /// `EEXIST` or `ENOENT`; a full map is one with `E2BIG`.
  ///
  /// @throws IllegalArgumentException for a key or value that does not fit
  void update(K key, V value, Update mode);

  /// Removes a key; false where it was not there.
  ///
  /// @throws IllegalArgumentException for a key that does not fit
  boolean delete(K key);

  /// Removes a key, and tells what its value was: in one step, so that no update in between is
  /// lost. Empty where it was not there.
  ///
  /// @throws IllegalArgumentException for a key that does not fit
  Optional<V> lookupAndDelete(K key);

  /// Writes many values: in few calls where the kernel can, else one by one. Where one is refused,
  /// those before it have been written.
  ///
  /// @throws IllegalArgumentException for a key or value that does not fit; then none has been
  ///   written
  void updateAll(Map<? extends K, ? extends V> entries, Update mode);

  /// Removes many keys, in few calls where the kernel can.
  ///
  /// @return how many of them were there
  /// @throws IllegalArgumentException for a key that does not fit; then none has been removed
  int deleteAll(Collection<? extends K> keys);

  /// Takes everything out: each entry is given to `taker` and is gone from the map. In a map that
  /// takes hundreds of entries at a time out in one call, no update in between is lost.
  ///
  /// @return how many there were
  long drain(BiConsumer<? super K, ? super V> taker);

  /// What is in it, to be gone through.
  Entries<K, V> entries();

  /// How many entries there are, counted by going through them.
  long count();

  /// Lets nobody write to it from outside programs any more, for as long as it lives.
  void freeze();

  @Override
  void close();
}
