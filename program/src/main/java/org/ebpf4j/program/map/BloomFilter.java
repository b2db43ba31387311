package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.FilterStore;

/// A set that may say that there is a value that was never added, and never the other way round. On
/// the JVM it errs never.
///
/// @param <V> values: a box, a record, or a class of fields
@MapKind(MapType.BLOOM_FILTER)
public final class BloomFilter<V> extends BpfMap {
  private final FilterStore store;

  /// One for that many values.
  public BloomFilter(int maxEntries) {
    super(maxEntries);
    store = new FilterStore(this::types);
  }

  /// Adds a value.
  @Helper(value = 87, trailing = 0)
  public boolean add(V value) {
    return store.push(value) == 0;
  }

  /// Whether a value may have been added.
  @Helper(89)
  public boolean mayContain(V value) {
    return store.peek(value) == 0;
  }

  @Override
  public FilterStore onJvm() {
    return store;
  }
}
