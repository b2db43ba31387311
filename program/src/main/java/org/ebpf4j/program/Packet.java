package org.ebpf4j.program;

/// The bytes of a packet. What is read behind its end is an [IndexOutOfBoundsException]; in the
/// kernel, that ends the program with its `onFault`.
public final class Packet {
  private final byte[] bytes;

  /// A packet of a test.
  public Packet(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Whether it has at least that many bytes.
  public boolean has(int length) {
    return bytes.length >= length;
  }

  /// The byte at a place, unsigned.
  public int u8(int at) {
    return bytes[at] & 0xff;
  }

  /// Two bytes in network order, unsigned.
  public int be16(int at) {
    return u8(at) << 8 | u8(at + 1);
  }

  /// Four bytes in network order.
  public int be32(int at) {
    return be16(at) << 16 | be16(at + 2);
  }
}
