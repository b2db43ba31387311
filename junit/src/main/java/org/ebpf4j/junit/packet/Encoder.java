package org.ebpf4j.junit.packet;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Works out what layers leave open, and writes them. From the last to the first, as lengths and
/// checksums are of what follows.
final class Encoder {
  private final List<Layer> layers;
  private final Layer[] resolved;
  private byte[] rest = {};
  private byte[] padding = {};

  Encoder(List<Layer> layers) {
    this.layers = layers;
    this.resolved = layers.toArray(Layer[]::new);
    for (int i = resolved.length - 1; i >= 0; i--) {
      if (layers.get(i) instanceof Padding last) {
        if (i != resolved.length - 1) {
          throw new IllegalArgumentException("padding is the last layer of a packet");
        }
        padding = last.content().toArray();
        continue;
      }
      resolved[i] = resolve(i);
      rest = joined(bytes(resolved[i]), rest);
    }
  }

  List<Layer> layers() {
    return List.of(resolved);
  }

  byte[] bytes() {
    return joined(rest, padding);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private @Nullable Layer layer(int index) {
    return index < layers.size() ? layers.get(index) : null;
  }

  private Layer resolve(int i) {
    var next = layer(i + 1);
    return switch (layers.get(i)) {
      case Ethernet e when e.type() == Layer.AUTO ->
          e.withType(Protocols.etherType(next, layer(i + 2)));
      case Vlan v when v.type() == Layer.AUTO ->
          v.withType(Protocols.etherType(next, layer(i + 2)));
      case Ipv4 ip -> ipv4(ip, next);
      case Ipv6 ip -> ipv6(ip, next);
      case Ipv6Extension x when x.nextHeader() == Layer.AUTO ->
          new Ipv6Extension(x.type(), Protocols.nextHeader(next), x.content());
      case Ipv6Fragment f when f.nextHeader() == Layer.AUTO ->
          f.withNextHeader(Protocols.nextHeader(next));
      case Tcp tcp when tcp.checksum() == Layer.AUTO ->
          tcp.withChecksum(checksum(i, Protocols.TCP, tcp.withChecksum(0)));
      case Udp udp -> udp(i, udp);
      case Icmp icmp when icmp.checksum() == Layer.AUTO ->
          icmp.withChecksum(new Checksum().add(joined(bytes(icmp.withChecksum(0)), rest)).value());
      case Icmpv6 icmp when icmp.checksum() == Layer.AUTO ->
          icmp.withChecksum(checksum(i, Protocols.ICMPV6, icmp.withChecksum(0)));
      case Layer other -> other;
    };
  }

  private Ipv4 ipv4(Ipv4 header, @Nullable Layer next) {
    var ip = header;
    if (ip.totalLength() == Layer.AUTO) {
      ip = ip.withTotalLength(fitting(ip.size() + rest.length));
    }
    if (ip.protocol() == Layer.AUTO) {
      ip = ip.withProtocol(Protocols.protocol(next));
    }
    return ip.checksum() == Layer.AUTO
        ? ip.withChecksum(new Checksum().add(bytes(ip.withChecksum(0))).value())
        : ip;
  }

  private Ipv6 ipv6(Ipv6 header, @Nullable Layer next) {
    var ip = header;
    if (ip.payloadLength() == Layer.AUTO) {
      ip = ip.withPayloadLength(fitting(rest.length));
    }
    return ip.nextHeader() == Layer.AUTO ? ip.withNextHeader(Protocols.nextHeader(next)) : ip;
  }

  private static int fitting(int length) {
    if (length > 0xffff) {
      throw new IllegalArgumentException(length + " bytes are more than a packet of IP can have");
    }
    return length;
  }

  private Udp udp(int i, Udp header) {
    var udp = header;
    if (udp.length() == Layer.AUTO) {
      udp = udp.withLength(fitting(udp.size() + rest.length));
    }
    if (udp.checksum() != Layer.AUTO) {
      return udp;
    }
    var sum = checksum(i, Protocols.UDP, udp.withChecksum(0));
    // 0 would say that there is none.
    return udp.withChecksum(sum == 0 ? 0xffff : sum);
  }

  /// The checksum over parts of the IP header before, a header, and the rest.
  private int checksum(int i, int protocol, Layer header) {
    var content = joined(bytes(header), rest);
    var checksum = new Checksum().add(content);
    for (int at = i - 1; at >= 0; at--) {
      InetAddress source;
      InetAddress destination;
      switch (layers.get(at)) {
        case Ipv4 ip -> {
          source = ip.source();
          destination = ip.destination();
        }
        case Ipv6 ip -> {
          source = ip.source();
          destination = ip.destination();
        }
        default -> {
          continue;
        }
      }
      return checksum.addHeader(source, destination, protocol, content.length).value();
    }
    return checksum.value();
  }

  static byte[] bytes(Layer layer) {
    var out = ByteBuffer.allocate(layer.size());
    switch (layer) {
      case Ethernet e ->
          out.put(e.destination().bytes()).put(e.source().bytes()).putShort((short) e.type());
      case Vlan v -> {
        var tag = v.priority() << 13 | (v.dropEligible() ? 1 << 12 : 0) | v.id();
        out.putShort((short) tag).putShort((short) v.type());
      }
      case Arp arp -> {
        out.putShort((short) 1).putShort((short) Ethernet.IPV4).put((byte) 6).put((byte) 4);
        out.putShort((short) arp.operation());
        out.put(arp.senderMac().bytes()).put(arp.sender().getAddress());
        out.put(arp.targetMac().bytes()).put(arp.target().getAddress());
      }
      case Ipv4 ip -> write(out, ip);
      case Ipv6 ip -> {
        out.putInt(6 << 28 | ip.trafficClass() << 20 | ip.flowLabel());
        out.putShort((short) ip.payloadLength());
        out.put((byte) ip.nextHeader()).put((byte) ip.hopLimit());
        out.put(ip.source().getAddress()).put(ip.destination().getAddress());
      }
      case Ipv6Extension x -> {
        out.put((byte) x.nextHeader()).put((byte) (x.size() / 8 - 1));
        out.put(x.content().toArray());
      }
      case Ipv6Fragment f -> {
        out.put((byte) f.nextHeader()).put((byte) 0);
        out.putShort((short) (f.offset() | (f.more() ? 1 : 0))).putInt(f.id());
      }
      case Tcp tcp -> write(out, tcp);
      case Udp udp -> {
        out.putShort((short) udp.sourcePort()).putShort((short) udp.destinationPort());
        out.putShort((short) udp.length()).putShort((short) udp.checksum());
      }
      case Icmp m -> message(out, m.type(), m.code(), m.checksum(), m.id(), m.sequence());
      case Icmpv6 m -> message(out, m.type(), m.code(), m.checksum(), m.id(), m.sequence());
      case Payload payload -> out.put(payload.content().toArray());
      case Padding last -> out.put(last.content().toArray());
    }
    return out.array();
  }

  private static void write(ByteBuffer out, Ipv4 ip) {
    out.put((byte) (4 << 4 | ip.size() / 4)).put((byte) ip.tos());
    out.putShort((short) ip.totalLength()).putShort((short) ip.id());
    out.putShort((short) (ip.flags() << 13 | ip.fragmentOffset() / 8));
    out.put((byte) ip.ttl()).put((byte) ip.protocol()).putShort((short) ip.checksum());
    out.put(ip.source().getAddress()).put(ip.destination().getAddress());
    out.put(ip.options().toArray());
  }

  private static void write(ByteBuffer out, Tcp tcp) {
    out.putShort((short) tcp.sourcePort()).putShort((short) tcp.destinationPort());
    out.putInt((int) tcp.sequence()).putInt((int) tcp.acknowledgment());
    var flags = (tcp.size() / 4) << 12;
    for (var flag : tcp.flags()) {
      flags |= flag.bit();
    }
    out.putShort((short) flags).putShort((short) tcp.window());
    out.putShort((short) tcp.checksum()).putShort((short) tcp.urgent());
    out.put(tcp.options().toArray());
  }

  private static void message(
      ByteBuffer out, int type, int code, int checksum, int id, int sequence) {
    out.put((byte) type).put((byte) code).putShort((short) checksum);
    out.putShort((short) id).putShort((short) sequence);
  }
}
