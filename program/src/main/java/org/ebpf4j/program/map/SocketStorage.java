package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.OwnedStore;
import org.jspecify.annotations.Nullable;

/// A value for each socket that has one.
///
/// @param <V> values: an atomic number, or a class of fields
@MapKind(MapType.SK_STORAGE)
public final class SocketStorage<V> extends BpfMap {
  private static final int NO_PREALLOC = 1;

  private final OwnedStore store;

  /// A map of values; there is no number of entries.
  public SocketStorage() {
    super(0);
    addFlags(NO_PREALLOC);
    store = new OwnedStore(this::types);
  }

  /// The value of a socket; null where it has none.
  @Helper(
      value = 107,
      trailing = {0, 0})
  @SuppressWarnings("unchecked") // What is in it is of this type.
  public @Nullable V lookup(Object socket) {
    return (V) store.lookup(socket);
  }

  /// The value of a socket, which is zero where it had none; null where the kernel has no memory.
  @Helper(
      value = 107,
      trailing = {0, 1})
  @SuppressWarnings("unchecked") // What is in it is of this type.
  public @Nullable V lookupOrCreate(Object socket) {
    return (V) store.lookupOrMake(socket);
  }

  /// Takes the value of a socket away; false where it has none.
  @Helper(108)
  public boolean delete(Object socket) {
    return store.delete(socket);
  }

  @Override
  public OwnedStore onJvm() {
    return store;
  }
}
