package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.OwnedStore;
import org.jspecify.annotations.Nullable;

/// A value for each inode that has one.
///
/// @param <V> values: an atomic number, or a class of fields
@MapKind(MapType.INODE_STORAGE)
public final class InodeStorage<V> extends BpfMap {
  private static final int NO_PREALLOC = 1;

  private final OwnedStore store;

  /// A map of values; there is no number of entries.
  public InodeStorage() {
    super(0);
    addFlags(NO_PREALLOC);
    store = new OwnedStore(this::types);
  }

  /// The value of a inode; null where it has none.
  @Helper(
      value = 145,
      trailing = {0, 0})
  @SuppressWarnings("unchecked") // What is in it is of this type.
  public @Nullable V lookup(Object inode) {
    return (V) store.lookup(inode);
  }

  /// The value of a inode, which is zero where it had none; null where the kernel has no memory.
  @Helper(
      value = 145,
      trailing = {0, 1})
  @SuppressWarnings("unchecked") // What is in it is of this type.
  public @Nullable V lookupOrCreate(Object inode) {
    return (V) store.lookupOrMake(inode);
  }

  /// Takes the value of a inode away; false where it has none.
  @Helper(146)
  public boolean delete(Object inode) {
    return store.delete(inode);
  }

  @Override
  public OwnedStore onJvm() {
    return store;
  }
}
