package org.ebpf4j.program.jvm;

import java.util.IdentityHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Values that hang on objects: sockets, tasks.
public final class OwnedStore implements MapStore {
  private final Supplier<Types> types;
  private final IdentityHashMap<Object, Object> values = new IdentityHashMap<>();

  /// @param types how values stand in memory, asked for when they are wanted
  public OwnedStore(Supplier<Types> types) {
    this.types = types;
  }

  /// The value of an object; null where it has none.
  public synchronized @Nullable Object lookup(Object owner) {
    return values.get(owner);
  }

  /// The value of an object, which is zero where it had none.
  public synchronized Object lookupOrMake(Object owner) {
    return values.computeIfAbsent(owner, _ -> types.get().value().zero());
  }

  /// Takes the value of an object away; whether it had one.
  public synchronized boolean delete(Object owner) {
    return values.remove(owner) != null;
  }

  @Override
  public int keySize() {
    return Integer.BYTES;
  }

  @Override
  public int valueSize() {
    return types.get().value().size();
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return null;
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    return MapStore.refused();
  }

  @Override
  public int remove(byte[] key) {
    return MapStore.refused();
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return null;
  }

  @Override
  public synchronized void clear() {
    values.clear();
  }
}
