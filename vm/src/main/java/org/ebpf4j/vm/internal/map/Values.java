package org.ebpf4j.vm.internal.map;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

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

  /// The bytes of a value of one CPU in what is exchanged for all.
  public static int stride(int size) {
    return Math.ceilDiv(size, Long.BYTES) * Long.BYTES;
  }
}
