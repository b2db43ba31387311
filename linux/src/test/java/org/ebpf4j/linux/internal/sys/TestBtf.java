package org.ebpf4j.linux.internal.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// BTF made by hand.
public final class TestBtf {
  private TestBtf() {}

  /// One type: `int`, of 4 bytes, signed.
  public static byte[] integer() {
    return of("\0int\0", 1, 1 << 24, 4, 1 << 24 | 32);
  }

  /// A function `f` without parameters (3), which returns an `int` (1).
  public static byte[] function() {
    return of("\0int\0f\0", 1, 1 << 24, 4, 1 << 24 | 32, 0, 13 << 24, 1, 5, 12 << 24, 2);
  }

  /// A header, these words of types, and these strings.
  public static byte[] of(String strings, int... types) {
    var text = strings.getBytes(StandardCharsets.UTF_8);
    var buffer =
        ByteBuffer.allocate(24 + types.length * 4 + text.length).order(ByteOrder.nativeOrder());
    buffer.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    buffer.putInt(0).putInt(types.length * 4).putInt(types.length * 4).putInt(text.length);
    for (var word : types) {
      buffer.putInt(word);
    }
    return buffer.put(text).array();
  }
}
