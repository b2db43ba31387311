package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.OwnedStore;
import org.jspecify.annotations.Nullable;

/// A value for each cgroup that has one.
///
/// @param <V> values: an atomic number, or a class of fields
@MapKind(MapType.CGRP_STORAGE)
public final class CgroupStorage<V> extends BpfMap {
  private static final int NO_PREALLOC = 1;

  private final OwnedStore store;

  /// A map of values; there is no number of entries.
  public CgroupStorage() {
    super(0);
    addFlags(NO_PREALLOC);
    store = new OwnedStore(this::types);
  }

  /// The value of a cgroup; null where it has none.
  @Helper(
      value = 210,
      trailing = {0, 0})
  @SuppressWarnings("unchecked") // What is in it is of this type.
  public @Nullable V lookup(Object cgroup) {
    return (V) store.lookup(cgroup);
  }

  /// The value of a cgroup, which is zero where it had none; null where the kernel has no memory.
  @Helper(
      value = 210,
      trailing = {0, 1})
  @SuppressWarnings("unchecked") // What is in it is of this type.
  public @Nullable V lookupOrCreate(Object cgroup) {
    return (V) store.lookupOrMake(cgroup);
  }

  /// Takes the value of a cgroup away; false where it has none.
  @Helper(211)
  public boolean delete(Object cgroup) {
    return store.delete(cgroup);
  }

  @Override
  public OwnedStore onJvm() {
    return store;
  }
}
