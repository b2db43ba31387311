package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.ArrayStore;
import org.jspecify.annotations.Nullable;

/// An array of values, one of each for each CPU, all zero in the beginning.
///
/// @param <V> values: a box, an atomic number, a record, or a class of fields
@MapKind(MapType.PERCPU_ARRAY)
public final class PerCpuArray<V> extends BpfMap {
  private final ArrayStore store;

  /// An array of that many values.
  public PerCpuArray(int maxEntries) {
    super(maxEntries);
    store = new ArrayStore(this::types, maxEntries, true);
  }

  /// The value at an index, that of the current CPU; null behind the end.
  @Helper(1)
  @SuppressWarnings("unchecked") // What is put is of this type.
  public @Nullable V lookup(int index) {
    return (V) store.lookup(index);
  }

  /// The value at an index on one CPU; null behind the end, or for no such CPU. Since Linux 5.19.
  @Helper(195)
  @SuppressWarnings("unchecked") // What is put is of this type.
  public @Nullable V lookup(int index, int cpu) {
    return (V) store.lookup(index, cpu);
  }

  /// Sets the value at an index; false behind the end.
  @Helper(value = 2, trailing = 0)
  public boolean put(int index, V value) {
    return store.update(index, value, ArrayStore.ANY) == 0;
  }

  /// Sets a value as the flags say (`BPF_ANY` and its like): 0, or an error number below 0.
  @Helper(2)
  public long update(int index, V value, long flags) {
    return -store.update(index, value, (int) flags);
  }

  /// Does something with each value: with how many. Since Linux 5.13.
  @Helper(value = 164, trailing = 0)
  public long forEach(Each<Integer, V> each) {
    for (int i = 0; i < maxEntries(); i++) {
      if (!each.accept(i, java.util.Objects.requireNonNull(lookup(i)))) {
        return i + 1L;
      }
    }
    return maxEntries();
  }

  @Override
  public ArrayStore onJvm() {
    return store;
  }
}
