package org.ebpf4j.program.map;

import java.util.concurrent.ConcurrentHashMap;
import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.jspecify.annotations.Nullable;

/// A hash map.
///
/// @param <K> keys: a box of a number, or a record
/// @param <V> values: a box, an atomic number, a record, or a class of fields
@MapKind(MapType.HASH)
public final class HashMap<K, V> extends BpfMap {
  private final ConcurrentHashMap<K, V> entries = new ConcurrentHashMap<>();

  /// A map of that many entries.
  public HashMap(int maxEntries) {
    super(maxEntries);
  }

  /// The value at a key; null where there is none.
  @Helper(1)
  public @Nullable V lookup(K key) {
    return entries.get(key);
  }

  /// Puts a value at a key; false where there is no room.
  @Helper(value = 2, trailing = 0)
  public boolean put(K key, V value) {
    if (entries.size() >= maxEntries() && !entries.containsKey(key)) {
      return false;
    }
    entries.put(key, value);
    return true;
  }

  /// Puts a value where there is none at the key; false where there is one, or no room.
  @Helper(value = 2, trailing = 1)
  public boolean putIfAbsent(K key, V value) {
    return entries.size() < maxEntries() && entries.putIfAbsent(key, value) == null;
  }

  /// Takes the entry at a key out; false where there is none.
  @Helper(3)
  public boolean delete(K key) {
    return entries.remove(key) != null;
  }
}
