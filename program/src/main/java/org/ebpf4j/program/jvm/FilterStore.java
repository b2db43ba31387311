package org.ebpf4j.program.jvm;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// The values that a Bloom filter was given. It errs never, where that of the kernel may say that
/// there is a value that there is not.
public final class FilterStore implements MapStore {
  private final Supplier<Types> types;
  private final Set<ByteBuffer> values = new HashSet<>();

  /// @param types how values stand in memory, asked for when they are wanted
  public FilterStore(Supplier<Types> types) {
    this.types = types;
  }

  /// Adds a value.
  public int push(Object value) {
    return put(new byte[0], types.get().value().bytes(value), ANY);
  }

  /// Whether it was added. 0, or an error number.
  public int peek(Object value) {
    return peekBytes(types.get().value().bytes(value));
  }

  /// Whether the value of these bytes was added. 0, or an error number.
  public synchronized int peekBytes(byte[] value) {
    return values.contains(ByteBuffer.wrap(value)) ? 0 : Errno.ENOENT;
  }

  @Override
  public int keySize() {
    return 0;
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
  public synchronized int put(byte[] key, byte[] value, int mode) {
    if (mode != ANY) {
      return Errno.EINVAL;
    }
    values.add(ByteBuffer.wrap(value.clone()));
    return 0;
  }

  @Override
  public int remove(byte[] key) {
    return Errno.EOPNOTSUPP;
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
