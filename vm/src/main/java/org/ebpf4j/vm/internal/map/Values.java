package org.ebpf4j.vm.internal.map;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Numbers in keys and values, which are little-endian.
public final class Values {
  private static final VarHandle U32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Values() {}

  /// A number as 4 bytes.
  public static byte[] u32(int value) {
    var bytes = new byte[4];
    U32.set(bytes, 0, value);
    return bytes;
  }

  /// The number in the first 4 bytes.
  public static int u32(byte[] bytes) {
    return (int) U32.get(bytes, 0);
  }

  /// The number in the 4 bytes at `at`.
  static int u32(byte[] bytes, int at) {
    return (int) U32.get(bytes, at);
  }

  /// The index after an index, or the first; null where there is none.
  static byte @Nullable [] nextIndex(byte @Nullable [] key, long count) {
    var index = key == null ? count : Integer.toUnsignedLong(u32(key));
    var next = index >= count ? 0 : index + 1;
    return next < count ? u32((int) next) : null;
  }

  /// The bytes of a value of one CPU in what is exchanged for all.
  public static int stride(int size) {
    return Math.multiplyExact(Math.ceilDiv(size, Long.BYTES), Long.BYTES);
  }
}
