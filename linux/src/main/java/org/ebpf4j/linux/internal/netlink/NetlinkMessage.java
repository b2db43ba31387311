package org.ebpf4j.linux.internal.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A message of the kernel.
///
/// @param type what it is (`RTM_*`, `NLMSG_*`)
/// @param flags `NLM_F_*`
/// @param sequence the number of the request that it answers
/// @param port the port of the socket that asked
/// @param body what is behind the header
public record NetlinkMessage(int type, int flags, int sequence, int port, ByteBuffer body) {

  /// A number of 8 bits of the structure behind the header.
  public int u8(int offset) {
    return offset + 1 <= body.limit() ? Byte.toUnsignedInt(body.get(offset)) : 0;
  }

  /// A number of 16 bits of the structure behind the header.
  public int u16(int offset) {
    return offset + 2 <= body.limit() ? Short.toUnsignedInt(body.getShort(offset)) : 0;
  }

  /// A number of 32 bits of the structure behind the header.
  public int i32(int offset) {
    return offset + 4 <= body.limit() ? body.getInt(offset) : 0;
  }

  /// The attributes behind a structure of some size.
  public Attributes attributes(int structure) {
    var from = Math.min(body.limit(), (structure + 3) & ~3);
    return Attributes.of(body.slice(from, body.limit() - from).order(ByteOrder.nativeOrder()));
  }
}
