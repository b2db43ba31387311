package org.ebpf4j.vm.internal.map;

import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// What a ring has in place of entries: nothing.
final class RingContent implements Content {
  @Override
  public byte @Nullable [] get(byte[] key) {
    throw new Unsupported(Errno.ENOTSUPP);
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    return Errno.ENOTSUPP;
  }

  @Override
  public int remove(byte[] key) {
    return Errno.ENOTSUPP;
  }
}
