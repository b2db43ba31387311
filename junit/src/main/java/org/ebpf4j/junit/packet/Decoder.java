package org.ebpf4j.junit.packet;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.object.Bytes;

/// Takes packets apart. What is cut short, or of no kind that is known, is a payload.
final class Decoder {
  private final List<Layer> layers = new ArrayList<>();
  private final ByteBuffer in;
  private byte[] padding = {};

  Decoder(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes);
  }

  List<Layer> frame() {
    if (in.remaining() >= 14) {
      var destination = mac();
      var source = mac();
      var type = u16();
      layers.add(new Ethernet(destination, source, type));
      ofType(type);
    }
    return finish();
  }

  /// From the header of IP on.
  List<Layer> datagram() {
    if (in.hasRemaining()) {
      switch (in.get(in.position()) >>> 4 & 15) {
        case 4 -> ipv4();
        case 6 -> ipv6();
        default -> {}
      }
    }
    return finish();
  }

  private List<Layer> finish() {
    if (in.hasRemaining()) {
      layers.add(new Payload(take(in.remaining())));
    }
    if (padding.length > 0) {
      layers.add(new Padding(Bytes.of(padding)));
    }
    return List.copyOf(layers);
  }

  private int u8() {
    return in.get() & 0xff;
  }

  private int u16() {
    return in.getShort() & 0xffff;
  }

  private Bytes take(int count) {
    var bytes = new byte[count];
    in.get(bytes);
    return Bytes.of(bytes);
  }

  private MacAddress mac() {
    return new MacAddress((long) u16() << 32 | (in.getInt() & 0xffff_ffffL));
  }

  private Inet4Address address4() {
    return (Inet4Address) address(new byte[4]);
  }

  private Inet6Address address6() {
    var bytes = new byte[16];
    in.get(bytes);
    try {
      // Other ways make an address of IPv4 of one that stands for that.
      return Inet6Address.getByAddress(null, bytes, -1);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private InetAddress address(byte[] bytes) {
    in.get(bytes);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private void ofType(int type) {
    switch (type) {
      case Ethernet.VLAN, Ethernet.SERVICE_VLAN -> {
        if (in.remaining() >= 4) {
          var tag = u16();
          var next = u16();
          layers.add(new Vlan(tag >>> 13, (tag & 1 << 12) != 0, tag & 0xfff, next));
          ofType(next);
        }
      }
      case Ethernet.ARP -> arp();
      case Ethernet.IPV4 -> ipv4();
      case Ethernet.IPV6 -> ipv6();
      default -> {}
    }
  }

  private void arp() {
    if (in.remaining() >= 28
        && in.getLong(in.position()) >>> 16 == (1L << 32 | (long) Ethernet.IPV4 << 16 | 0x604)) {
      in.position(in.position() + 6);
      layers.add(new Arp(u16(), mac(), address4(), mac(), address4()));
      pad();
    }
  }

  /// What is left of the frame is padding.
  private void pad() {
    end(0);
  }

  /// Ends the packet after so many bytes; the rest is padding.
  private void end(int length) {
    if (length >= 0 && length < in.remaining()) {
      if (padding.length == 0) {
        padding = new byte[in.remaining() - length];
        in.get(in.position() + length, padding);
      } else {
        // One packet in another, which ends before that does.
        return;
      }
      in.limit(in.position() + length);
    }
  }

  private void ipv4() {
    var start = in.position();
    if (in.remaining() < 20) {
      return;
    }
    var first = in.get(start) & 0xff;
    var size = (first & 15) * 4;
    if (first >>> 4 != 4 || size < 20 || size > in.remaining()) {
      return;
    }
    in.get();
    var tos = u8();
    var length = u16();
    var id = u16();
    var fragment = u16();
    var ttl = u8();
    var protocol = u8();
    var checksum = u16();
    var source = address4();
    var destination = address4();
    layers.add(
        new Ipv4(
            tos,
            length,
            id,
            fragment >>> 13,
            (fragment & 0x1fff) * 8,
            ttl,
            protocol,
            checksum,
            source,
            destination,
            take(size - 20)));
    end(length - size);
    if ((fragment & 0x1fff) == 0) {
      ofProtocol(protocol);
    }
  }

  private void ipv6() {
    if (in.remaining() < 40 || in.get(in.position()) >>> 4 != 6) {
      return;
    }
    var first = in.getInt();
    var length = u16();
    var next = u8();
    layers.add(
        new Ipv6(first >>> 20 & 0xff, first & 0xfffff, length, next, u8(), address6(), address6()));
    end(length);
    ofNextHeader(next);
  }

  private void ofNextHeader(int type) {
    if (Ipv6Extension.isType(type) && in.remaining() >= 8) {
      var size = ((in.get(in.position() + 1) & 0xff) + 1) * 8;
      if (size <= in.remaining()) {
        var next = u8();
        in.get();
        layers.add(new Ipv6Extension(type, next, take(size - 2)));
        ofNextHeader(next);
      }
    } else if (type == Ipv6Fragment.TYPE && in.remaining() >= 8) {
      var next = u8();
      in.get();
      var offset = u16();
      layers.add(new Ipv6Fragment(next, offset & 0xfff8, (offset & 1) != 0, in.getInt()));
      if ((offset & 0xfff8) == 0) {
        ofNextHeader(next);
      }
    } else {
      ofProtocol(type);
    }
  }

  private void ofProtocol(int protocol) {
    switch (protocol) {
      case Protocols.ICMP -> {
        if (in.remaining() >= 8) {
          layers.add(new Icmp(u8(), u8(), u16(), u16(), u16()));
        }
      }
      case Protocols.ICMPV6 -> {
        if (in.remaining() >= 8) {
          layers.add(new Icmpv6(u8(), u8(), u16(), u16(), u16()));
        }
      }
      case Protocols.UDP -> {
        if (in.remaining() >= 8) {
          layers.add(new Udp(u16(), u16(), u16(), u16()));
        }
      }
      case Protocols.TCP -> tcp();
      case Protocols.IPV4 -> ipv4();
      case Protocols.IPV6 -> ipv6();
      default -> {}
    }
  }

  private void tcp() {
    if (in.remaining() < 20) {
      return;
    }
    var size = (in.get(in.position() + 12) >>> 4 & 15) * 4;
    if (size < 20 || size > in.remaining()) {
      return;
    }
    var source = u16();
    var destination = u16();
    var sequence = in.getInt() & 0xffff_ffffL;
    var acknowledgment = in.getInt() & 0xffff_ffffL;
    var bits = u16();
    var flags = EnumSet.noneOf(TcpFlag.class);
    for (var flag : TcpFlag.values()) {
      if ((bits & flag.bit()) != 0) {
        flags.add(flag);
      }
    }
    layers.add(
        new Tcp(
            source,
            destination,
            sequence,
            acknowledgment,
            flags,
            u16(),
            u16(),
            u16(),
            take(size - 20)));
  }
}
