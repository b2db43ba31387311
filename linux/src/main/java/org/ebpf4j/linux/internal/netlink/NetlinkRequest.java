package org.ebpf4j.linux.internal.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/// A message to the kernel while it is written: the header, a structure of fixed size, and
/// attributes, each aligned to 4 bytes. Numbers are in the machine's byte order.
public final class NetlinkRequest {
  // include/uapi/linux/netlink.h
  static final int NLM_F_REQUEST = 1;
  static final int NLM_F_ACK = 4;

  /// Asks for what was made, as the kernel made it.
  public static final int ECHO = 8;

  /// Takes the place of what is there.
  public static final int REPLACE = 0x100;

  /// Fails where it is there already.
  public static final int EXCLUSIVE = 0x200;

  /// Makes what is not there.
  public static final int CREATE = 0x400;

  static final int NLM_F_DUMP = 0x300;
  static final int HEADER_SIZE = 16;
  private static final int NLA_F_NESTED = 0x8000;

  private final int type;
  private final int flags;
  private ByteBuffer buffer =
      ByteBuffer.allocate(256).order(ByteOrder.nativeOrder()).position(HEADER_SIZE);

  /// A request of some type (`RTM_*`), with flags besides those that each request has.
  public NetlinkRequest(int type, int flags) {
    this.type = type;
    this.flags = flags;
  }

  int flags() {
    return flags;
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      var larger =
          ByteBuffer.wrap(
                  Arrays.copyOf(
                      buffer.array(), Math.max(buffer.capacity() * 2, buffer.position() + bytes)))
              .order(ByteOrder.nativeOrder())
              .position(buffer.position());
      buffer = larger;
    }
    return buffer;
  }

  /// One byte of the structure.
  public NetlinkRequest u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  /// Two bytes of the structure.
  public NetlinkRequest u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  /// Four bytes of the structure.
  public NetlinkRequest u32(int value) {
    room(4).putInt(value);
    return this;
  }

  /// An attribute of bytes.
  public NetlinkRequest attribute(int attribute, byte[] value) {
    align();
    room(4 + value.length).putShort((short) (4 + value.length)).putShort((short) attribute);
    buffer.put(value);
    align();
    return this;
  }

  /// An attribute that is a number of 32 bits.
  public NetlinkRequest attribute(int attribute, int value) {
    return attribute(
        attribute, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
  }

  /// An attribute that is a number of 16 bits.
  public NetlinkRequest shortAttribute(int attribute, int value) {
    return attribute(
        attribute,
        ByteBuffer.allocate(2).order(ByteOrder.nativeOrder()).putShort((short) value).array());
  }

  /// An attribute that is text, with a zero behind it.
  public NetlinkRequest attribute(int attribute, String text) {
    return attribute(attribute, (text + '\0').getBytes(StandardCharsets.UTF_8));
  }

  /// An attribute that is made of attributes.
  public NetlinkRequest nested(int attribute, Consumer<NetlinkRequest> inside) {
    align();
    var start = buffer.position();
    room(4).putShort((short) 0).putShort((short) (attribute | NLA_F_NESTED));
    inside.accept(this);
    buffer.putShort(start, (short) (buffer.position() - start));
    return this;
  }

  private void align() {
    while (buffer.position() % 4 != 0) {
      room(1).put((byte) 0);
    }
  }

  /// The whole message.
  byte[] toBytes(int moreFlags, int sequence, int port) {
    align();
    buffer
        .putInt(0, buffer.position())
        .putShort(4, (short) type)
        .putShort(6, (short) (flags | moreFlags | NLM_F_REQUEST))
        .putInt(8, sequence)
        .putInt(12, port);
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
