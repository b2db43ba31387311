package org.ebpf4j.vm.internal.map;

import java.util.Arrays;
import java.util.TreeSet;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// Values of which one is asked whether they are in it. This filter is never wrong.
public final class FilterContent implements Content {
  private final TreeSet<byte[]> values = new TreeSet<>(Arrays::compareUnsigned);

  /// Whether a value is in it.
  public boolean has(byte[] value) {
    return values.contains(value);
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    throw new Unsupported(Errno.EOPNOTSUPP);
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    if (mode != 0) {
      return Errno.EINVAL;
    }
    values.add(value);
    return 0;
  }

  @Override
  public int remove(byte[] key) {
    return Errno.EOPNOTSUPP;
  }

  @Override
  public byte @Nullable [] next(byte @Nullable [] key) {
    throw new Unsupported(Errno.EOPNOTSUPP);
  }
}
