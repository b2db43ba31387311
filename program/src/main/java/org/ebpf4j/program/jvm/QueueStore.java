package org.ebpf4j.program.jvm;

import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// Values without keys: the oldest comes first, or the newest.
public final class QueueStore implements MapStore {
  private final Supplier<Types> types;
  private final long most;
  private final boolean newestFirst;
  private final ArrayDeque<byte[]> values = new ArrayDeque<>();

  /// @param types how values stand in memory, asked for when they are wanted
  /// @param most how many there are at most
  /// @param newestFirst whether it is a stack
  public QueueStore(Supplier<Types> types, long most, boolean newestFirst) {
    this.types = types;
    this.most = most;
    this.newestFirst = newestFirst;
  }

  /// Puts a copy of a value behind the others, with [#EXIST] in place of the oldest where it is
  /// full. 0, or an error number.
  public int push(Object value, int mode) {
    return put(new byte[0], types.get().value().bytes(value), mode);
  }

  /// Copies the value that comes first into an object.
  ///
  /// @param taken whether it is taken out
  /// @return 0, or an error number
  public synchronized int peek(Object into, boolean taken) {
    var first = newestFirst ? values.peekLast() : values.peekFirst();
    var shape = types.get().value();
    shape.readInto(into, Shape.wrap(first == null ? new byte[shape.size()] : first), 0);
    if (first != null && taken) {
      take(new byte[0]);
    }
    return first == null ? Errno.ENOENT : 0;
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
  public synchronized byte @Nullable [] get(byte[] key) {
    return newestFirst ? values.peekLast() : values.peekFirst();
  }

  @Override
  public synchronized byte @Nullable [] take(byte[] key) {
    return newestFirst ? values.pollLast() : values.pollFirst();
  }

  @Override
  public synchronized int put(byte[] key, byte[] value, int mode) {
    if (mode != ANY && mode != EXIST) {
      return Errno.EINVAL;
    }
    if (values.size() >= most) {
      if (mode != EXIST) {
        return Errno.E2BIG;
      }
      values.removeFirst();
    }
    values.addLast(value.clone());
    return 0;
  }

  @Override
  public int remove(byte[] key) {
    return Errno.EINVAL;
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
