package org.ebpf4j.junit.programs;

import java.nio.ByteBuffer;

/// Packets as bytes, for programs that look at a few of them.
final class Packets {
  private Packets() {}

  /// UDP of IPv4 in Ethernet.
  ///
  /// @param from where it comes from
  /// @param to where it goes
  /// @param port which port it goes to
  /// @param payload how many bytes it carries
  static byte[] udp(int from, int to, int port, int payload) {
    var packet = ByteBuffer.allocate(42 + payload);
    packet.put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2});
    packet.putShort((short) 0x0800);
    packet.put((byte) 0x45).put((byte) 0).putShort((short) (28 + payload));
    packet.putInt(0).put((byte) 64).put((byte) 17).putShort((short) 0);
    packet.putInt(from).putInt(to);
    packet.putShort(24, (short) checksum(packet));
    packet.putShort((short) 1024).putShort((short) port).putShort((short) (8 + payload));
    return packet.array();
  }

  private static int checksum(ByteBuffer packet) {
    int sum = 0;
    for (int at = 14; at < 34; at += 2) {
      sum += packet.getShort(at) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return ~((sum & 0xffff) + (sum >>> 16)) & 0xffff;
  }
}
