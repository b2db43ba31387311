package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.OwnedStore;

/// A value for each cgroup that the program is attached to; the program finds that of its own.
/// [CgroupStorage] is the newer one.
///
/// @param <V> values: an atomic number, or a class of fields
@MapKind(MapType.CGROUP_STORAGE)
public final class LocalStorage<V> extends BpfMap {
  private static final Object CGROUP = new Object();

  private final OwnedStore store;

  /// A map of values; there is no number of entries.
  public LocalStorage() {
    super(0);
    store = new OwnedStore(this::types);
  }

  /// The value of the cgroup that the program was attached to.
  @Helper(value = 81, trailing = 0)
  @SuppressWarnings("unchecked") // What is in it is of this type.
  public V get() {
    return (V) store.lookupOrMake(CGROUP);
  }

  @Override
  public OwnedStore onJvm() {
    return store;
  }
}
