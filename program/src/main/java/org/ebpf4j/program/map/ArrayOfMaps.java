package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.SlotStore;
import org.jspecify.annotations.Nullable;

/// An array of maps.
///
/// @param <M> what maps: `HashMap<Integer, AtomicLong>`
@MapKind(MapType.ARRAY_OF_MAPS)
public final class ArrayOfMaps<M extends BpfMap> extends BpfMap {
  private final SlotStore<M> store = new SlotStore<>(Integer.BYTES);
  private final M inner;

  /// An array of that many maps.
  ///
  /// @param inner one that looks like those in it
  public ArrayOfMaps(M inner, int maxEntries) {
    super(maxEntries);
    this.inner = inner;
  }

  @Override
  public BpfMap inner() {
    return inner;
  }

  /// The map at an index; null where there is none.
  @Helper(1)
  public @Nullable M lookup(int index) {
    return store.at(SlotStore.key(index));
  }

  /// Puts a map in, on the JVM.
  public void set(int index, M map) {
    adopt(map);
    store.set(SlotStore.key(index), map);
  }

  @Override
  public SlotStore<M> onJvm() {
    return store;
  }
}
