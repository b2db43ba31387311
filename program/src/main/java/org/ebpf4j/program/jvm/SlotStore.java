package org.ebpf4j.program.jvm;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Objects of the kernel at keys: programs, maps, devices. Bytes say nothing of them: a test puts
/// them in.
///
/// @param <T> what is in it
public final class SlotStore<T> implements MapStore {
  private final Map<ByteBuffer, T> slots = new HashMap<>();
  private final int keySize;

  /// @param keySize how many bytes a key has
  public SlotStore(int keySize) {
    this.keySize = keySize;
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
  public byte @Nullable [] get(byte[] key) {
    return null;
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    return MapStore.refused();
  }

  @Override
  public synchronized int remove(byte[] key) {
    return slots.remove(ByteBuffer.wrap(key)) == null ? org.ebpf4j.error.Errno.ENOENT : 0;
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    return null;
  }

  /// What a test put in stays.
  @Override
  public void clear() {}
}
