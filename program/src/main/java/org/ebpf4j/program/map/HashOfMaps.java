package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.SlotStore;
import org.jspecify.annotations.Nullable;

/// A hash map of maps.
///
/// @param <K> keys: a box of a number, or a record
/// @param <M> what maps: `HashMap<Integer, AtomicLong>`
@MapKind(MapType.HASH_OF_MAPS)
public final class HashOfMaps<K, M extends BpfMap> extends BpfMap {
  private final M inner;
  private @Nullable SlotStore<M> store;

  /// A map of that many maps.
  ///
  /// @param inner one that looks like those in it
  public HashOfMaps(M inner, int maxEntries) {
    super(maxEntries);
    this.inner = inner;
  }

  @Override
  public BpfMap inner() {
    return inner;
  }

  /// The map at a key; null where there is none.
  @Helper(1)
  public @Nullable M lookup(K key) {
    return onJvm().at(types().key().bytes(key));
  }

  /// Puts a map in, on the JVM.
  public void set(K key, M map) {
    adopt(map);
    onJvm().set(types().key().bytes(key), map);
  }

  @Override
  public synchronized SlotStore<M> onJvm() {
    if (store == null) {
      store = new SlotStore<>(types().key().size());
    }
    return store;
  }
}
