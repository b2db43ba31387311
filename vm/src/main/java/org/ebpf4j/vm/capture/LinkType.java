package org.ebpf4j.vm.capture;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// What the packets of a capture begin with, of the registry of link types, as far as programs can
/// be given such packets.
public enum LinkType {
  /// An address family of 4 bytes in the order of the machine that captured.
  NULL(0, 4),
  /// An Ethernet header.
  ETHERNET(1, 14),
  /// An IP header of either version; some systems write 12 or 14 for it.
  RAW(101, 0),
  /// An address family of 4 bytes in network order (OpenBSD).
  LOOP(108, 4),
  /// Linux's header for captures of all devices.
  LINUX_COOKED(113, 16),
  /// An IPv4 header.
  IPV4(228, 0),
  /// An IPv6 header.
  IPV6(229, 0),
  /// The second version of Linux's header for captures of all devices.
  LINUX_COOKED_2(276, 20);

  private static final int RAW_OF_BSD = 12;
  private static final int RAW_OF_OPENBSD = 14;
  private static final int ETHERNET_HEADER = 14;
  private static final int PROTOCOL_4 = 0x0800;
  private static final int PROTOCOL_6 = 0x86dd;
  private static final int COOKED_PROTOCOL = 14;

  private final int number;
  private final int header;

  LinkType(int number, int header) {
    this.number = number;
    this.header = header;
  }

  /// Its number in files.
  public int number() {
    return number;
  }

  /// The type with a number; empty where programs cannot be given such packets.
  public static Optional<LinkType> of(int number) {
    if (number == RAW_OF_BSD || number == RAW_OF_OPENBSD) {
      return Optional.of(RAW);
    }
    return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
  }

  /// A packet as an Ethernet frame: with an Ethernet header, whose addresses are zero where there
  /// was none, in the place of its own. Too short a packet has the protocol 0.
  byte[] frame(byte[] packet) {
    if (this == ETHERNET) {
      return packet;
    }
    var skipped = Math.min(header, packet.length);
    var frame = new byte[ETHERNET_HEADER + packet.length - skipped];
    ByteBuffer.wrap(frame).put(ETHERNET_HEADER, packet, skipped, packet.length - skipped);
    var protocol = protocol(packet);
    frame[ETHERNET_HEADER - 2] = (byte) (protocol >>> 8);
    frame[ETHERNET_HEADER - 1] = (byte) protocol;
    return frame;
  }

  private int protocol(byte[] packet) {
    if (packet.length <= header) {
      return 0;
    }
    return switch (this) {
      case ETHERNET -> u16(packet, ETHERNET_HEADER - 2);
      case LINUX_COOKED -> u16(packet, COOKED_PROTOCOL);
      case LINUX_COOKED_2 -> u16(packet, 0);
      case IPV4 -> PROTOCOL_4;
      case IPV6 -> PROTOCOL_6;
      case RAW, NULL, LOOP ->
          switch (packet[header] >>> 4 & 0xf) {
            case 4 -> PROTOCOL_4;
            case 6 -> PROTOCOL_6;
            default -> 0;
          };
    };
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }
}
