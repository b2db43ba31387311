package org.ebpf4j.program.map;

import java.util.Map;
import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.HashStore;
import org.jspecify.annotations.Nullable;

/// A hash map with a value for each CPU, which drops what was used longest ago where it is full.
///
/// @param <K> keys: a box of a number, or a record
/// @param <V> values: a box, an atomic number, a record, or a class of fields
@MapKind(MapType.LRU_PERCPU_HASH)
public final class LruPerCpuHashMap<K, V> extends BpfMap {
  private final HashStore store;

  /// A map of that many entries.
  public LruPerCpuHashMap(int maxEntries) {
    super(maxEntries);
    store = new HashStore(this::types, maxEntries, true, true);
  }

  /// The value at a key, that of the current CPU; null where there is none.
  @Helper(1)
  @SuppressWarnings("unchecked") // What is put is of this type.
  public @Nullable V lookup(K key) {
    return (V) store.lookup(key);
  }

  /// The value at a key on one CPU; null where there is none, or no such CPU. Since Linux 5.19.
  @Helper(195)
  @SuppressWarnings("unchecked") // What is put is of this type.
  public @Nullable V lookup(K key, int cpu) {
    return (V) store.lookup(key, cpu);
  }

  /// Puts a value at a key; false where there is no room.
  @Helper(value = 2, trailing = 0)
  public boolean put(K key, V value) {
    return store.update(key, value, HashStore.ANY) == 0;
  }

  /// Puts a value where there is none at the key; false where there is one, or no room.
  @Helper(value = 2, trailing = 1)
  public boolean putIfAbsent(K key, V value) {
    return store.update(key, value, HashStore.NO_EXIST) == 0;
  }

  /// Puts a value in place of the one at a key; false where there is none.
  @Helper(value = 2, trailing = 2)
  public boolean replace(K key, V value) {
    return store.update(key, value, HashStore.EXIST) == 0;
  }

  /// Puts a value as the flags say (`BPF_ANY` and its like): 0, or an error number below 0.
  @Helper(2)
  public long update(K key, V value, long flags) {
    return -store.update(key, value, (int) flags);
  }

  /// Takes the entry at a key out; false where there is none.
  @Helper(3)
  public boolean delete(K key) {
    return store.delete(key) == 0;
  }

  /// Does something with each entry: with how many. Since Linux 5.13.
  @Helper(value = 164, trailing = 0)
  public long forEach(Each<K, V> each) {
    long count = 0;
    for (var entry : entries().entrySet()) {
      count++;
      if (!each.accept(entry.getKey(), entry.getValue())) {
        break;
      }
    }
    return count;
  }

  /// The entries on the JVM, as they are now.
  @SuppressWarnings("unchecked") // What is put is of these types.
  public Map<K, V> entries() {
    return (Map<K, V>) store.entries();
  }

  @Override
  public HashStore onJvm() {
    return store;
  }
}
