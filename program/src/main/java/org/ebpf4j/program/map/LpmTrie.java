package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.TrieStore;
import org.jspecify.annotations.Nullable;

/// Prefixes of addresses; a lookup finds the longest that fits. A key is a record whose first
/// component is an `int`, the number of bits that count.
///
/// @param <K> keys: a record
/// @param <V> values: a box, an atomic number, a record, or a class of fields
@MapKind(MapType.LPM_TRIE)
public final class LpmTrie<K, V> extends BpfMap {
  private static final int NO_PREALLOC = 1;

  private final TrieStore store;

  /// A map of that many entries.
  public LpmTrie(int maxEntries) {
    super(maxEntries);
    addFlags(NO_PREALLOC);
    store = new TrieStore(this::types, maxEntries);
  }

  /// The value of the longest prefix that a key begins with; null where there is none.
  @Helper(1)
  @SuppressWarnings("unchecked") // What is put is of this type.
  public @Nullable V lookup(K key) {
    return (V) store.lookup(key);
  }

  /// Puts a value at a prefix; false where there is no room.
  @Helper(value = 2, trailing = 0)
  public boolean put(K key, V value) {
    return store.update(key, value, TrieStore.ANY) == 0;
  }

  /// Puts a value where there is none at the prefix; false where there is one, or no room.
  @Helper(value = 2, trailing = 1)
  public boolean putIfAbsent(K key, V value) {
    return store.update(key, value, TrieStore.NO_EXIST) == 0;
  }

  /// Puts a value as the flags say (`BPF_ANY` and its like): 0, or an error number below 0.
  @Helper(2)
  public long update(K key, V value, long flags) {
    return -store.update(key, value, (int) flags);
  }

  /// Takes the entry of a prefix out; false where there is none.
  @Helper(3)
  public boolean delete(K key) {
    return store.delete(key) == 0;
  }

  @Override
  public TrieStore onJvm() {
    return store;
  }
}
