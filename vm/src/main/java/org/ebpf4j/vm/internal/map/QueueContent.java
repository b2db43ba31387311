package org.ebpf4j.vm.internal.map;

import java.util.ArrayDeque;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// Values without keys: the oldest comes first, or the newest.
final class QueueContent implements Content {
  private final ArrayDeque<byte[]> values = new ArrayDeque<>();
  private final long most;
  private final boolean newestFirst;

  QueueContent(long most, boolean newestFirst) {
    this.most = most;
    this.newestFirst = newestFirst;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return newestFirst ? values.peekLast() : values.peekFirst();
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    if (mode == 1) {
      return Errno.EINVAL;
    }
    if (values.size() == most) {
      if (mode != 2) {
        return Errno.E2BIG;
      }
      values.removeFirst();
    }
    values.addLast(value);
    return 0;
  }

  @Override
  public int remove(byte[] key) {
    return Errno.EINVAL;
  }

  @Override
  public byte @Nullable [] take(byte[] key) {
    return newestFirst ? values.pollLast() : values.pollFirst();
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    throw new Unsupported(Errno.EINVAL);
  }
}
