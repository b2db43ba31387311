package org.ebpf4j.program.jvm;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// Objects of the kernel at keys: programs, maps, devices. Bytes say nothing of them: a test puts
/// them in.
///
/// @param <T> what is in it
public final class SlotStore<T> implements MapStore {
  private final Map<ByteBuffer, T> slots = new HashMap<>();
  private final Map<ByteBuffer, Integer> ids = new HashMap<>();
  private final int keySize;
  private @Nullable IntFunction<T> resolver;

  /// @param keySize how many bytes a key has
  public SlotStore(int keySize) {
    this.keySize = keySize;
  }

  /// Says what the numbers are that are written as values.
  public synchronized void resolver(IntFunction<T> what) {
    resolver = what;
  }

  /// A key that is an index.
  public static byte[] key(int index) {
    var key = new byte[Integer.BYTES];
    Shape.wrap(key).putInt(0, index);
    return key;
  }

  /// What is at a key; null where nothing is.
  public synchronized @Nullable T at(byte[] key) {
    return slots.get(ByteBuffer.wrap(key));
  }

  /// Puts something at a key.
  public synchronized void set(byte[] key, T what) {
    slots.put(ByteBuffer.wrap(key.clone()), what);
  }

  @Override
  public int keySize() {
    return keySize;
  }

  @Override
  public int valueSize() {
    return Integer.BYTES;
  }

  @Override
  public synchronized byte @Nullable [] get(byte[] key) {
    var id = ids.get(ByteBuffer.wrap(key));
    return id == null ? null : key(id);
  }

  @Override
  public synchronized int put(byte[] key, byte[] value, int mode) {
    if (resolver == null) {
      return MapStore.refused();
    }
    int id = Shape.wrap(value).getInt(0);
    set(key, resolver.apply(id));
    ids.put(ByteBuffer.wrap(key.clone()), id);
    return 0;
  }

  @Override
  public synchronized int remove(byte[] key) {
    ids.remove(ByteBuffer.wrap(key));
    return slots.remove(ByteBuffer.wrap(key)) == null ? Errno.ENOENT : 0;
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return null;
  }

  /// What a test put in stays.
  @Override
  public void clear() {}
}
