package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.OwnedStore;
import org.jspecify.annotations.Nullable;

/// A value for each task that has one.
///
/// @param <V> values: an atomic number, or a class of fields
@MapKind(MapType.TASK_STORAGE)
public final class TaskStorage<V> extends BpfMap {
  private static final int NO_PREALLOC = 1;

  private final OwnedStore store;

  /// A map of values; there is no number of entries.
  public TaskStorage() {
    super(0);
    addFlags(NO_PREALLOC);
    store = new OwnedStore(this::types);
  }

  /// The value of a task; null where it has none.
  @Helper(
      value = 156,
      trailing = {0, 0})
  @SuppressWarnings("unchecked") // What is in it is of this type.
  public @Nullable V lookup(Object task) {
    return (V) store.lookup(task);
  }

  /// The value of a task, which is zero where it had none; null where the kernel has no memory.
  @Helper(
      value = 156,
      trailing = {0, 1})
  @SuppressWarnings("unchecked") // What is in it is of this type.
  public @Nullable V lookupOrCreate(Object task) {
    return (V) store.lookupOrMake(task);
  }

  /// Takes the value of a task away; false where it has none.
  @Helper(157)
  public boolean delete(Object task) {
    return store.delete(task);
  }

  @Override
  public OwnedStore onJvm() {
    return store;
  }
}
