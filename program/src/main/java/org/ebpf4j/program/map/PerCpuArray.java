package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.jspecify.annotations.Nullable;

/// An array of values, one of each for each CPU, all zero in the beginning.
///
/// @param <V> values: a box, an atomic number, a record, or a class of fields
@MapKind(MapType.PERCPU_ARRAY)
public final class PerCpuArray<V> extends BpfMap {
  private final java.util.Map<Integer, V> values = new java.util.concurrent.ConcurrentHashMap<>();

  /// An array of that many values.
  public PerCpuArray(int maxEntries) {
    super(maxEntries);
  }

  /// The value at an index; null behind the end.
  @Helper(1)
  public @Nullable V lookup(int index) {
    return values.get(index);
  }

  /// Sets the value at an index; false behind the end.
  @Helper(value = 2, trailing = 0)
  public boolean put(int index, V value) {
    if (Integer.toUnsignedLong(index) >= maxEntries()) {
      return false;
    }
    values.put(index, value);
    return true;
  }
}
