package org.ebpf4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Keys and values of maps, in the machine's byte order.
final class Words {
  private Words() {}

  static byte[] u32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  static byte[] u64(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(value).array();
  }

  static long u64(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong();
  }
}
