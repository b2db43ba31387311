package org.ebpf4j.junit.packet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Cuts packets of IP into fragments.
final class Fragments {
  private Fragments() {}

  static List<Packet> of(Packet packet, int mtu) {
    var layers = packet.layers();
    var at = 0;
    var before = 0;
    while (at < layers.size()
        && !(layers.get(at) instanceof Ipv4)
        && !(layers.get(at) instanceof Ipv6)) {
      before += layers.get(at).size();
      at++;
    }
    if (at == layers.size()) {
      throw new IllegalArgumentException("the packet has no header of IP:\n" + packet);
    }
    var padding = packet.find(Padding.class).map(Padding::size).orElse(0);
    if (packet.size() - padding - before <= mtu) {
      return List.of(packet);
    }
    var whole = Arrays.copyOf(packet.bytes(), packet.size() - padding);
    return layers.get(at) instanceof Ipv4 ip
        ? ipv4(layers.subList(0, at), ip, whole, before, mtu)
        : ipv6(layers, at, whole, before, mtu);
  }

  private static List<Packet> ipv4(List<Layer> outer, Ipv4 ip, byte[] whole, int before, int mtu) {
    var from = before + ip.size();
    var room = room(mtu - ip.size());
    var fragments = new ArrayList<Packet>();
    for (int at = from; at < whole.length; at += room) {
      var end = Math.min(at + room, whole.length);
      var layers = new ArrayList<>(outer);
      layers.add(
          ip.withFragment(ip.id(), at - from, end < whole.length)
              .withTotalLength(Layer.AUTO)
              .withChecksum(Layer.AUTO));
      fragments.add(ofParts(layers, Arrays.copyOfRange(whole, at, end)));
    }
    return fragments;
  }

  /// The header of the fragment comes behind those that each router looks at: options for each hop,
  /// and routing.
  private static List<Packet> ipv6(List<Layer> all, int ip, byte[] whole, int before, int mtu) {
    var at = ip + 1;
    while (at < all.size()
        && all.get(at) instanceof Ipv6Extension x
        && x.type() != Ipv6Extension.DESTINATION) {
      at++;
    }
    var headers = all.subList(0, at).stream().mapToInt(Layer::size).sum();
    var last = all.get(at - 1);
    var next = last instanceof Ipv6Extension x ? x.nextHeader() : ((Ipv6) last).nextHeader();
    var room = room(mtu - (headers - before) - 8);
    var fragments = new ArrayList<Packet>();
    for (int from = headers; from < whole.length; from += room) {
      var end = Math.min(from + room, whole.length);
      var layers = new ArrayList<Layer>();
      for (int i = 0; i < at; i++) {
        layers.add(opened(all.get(i), i == at - 1));
      }
      layers.add(Ipv6Fragment.of(1, from - headers, end < whole.length).withNextHeader(next));
      fragments.add(ofParts(layers, Arrays.copyOfRange(whole, from, end)));
    }
    return fragments;
  }

  private static Layer opened(Layer layer, boolean last) {
    return switch (layer) {
      case Ipv6 ip when last -> ip.withPayloadLength(Layer.AUTO).withNextHeader(Ipv6Fragment.TYPE);
      case Ipv6 ip -> ip.withPayloadLength(Layer.AUTO);
      case Ipv6Extension x when last -> new Ipv6Extension(x.type(), Ipv6Fragment.TYPE, x.content());
      case Layer other -> other;
    };
  }

  private static int room(int bytes) {
    var room = bytes & ~7;
    if (room < 8) {
      throw new IllegalArgumentException("no room for 8 bytes of content in a fragment");
    }
    return room;
  }

  /// The first fragment has the headers of the whole, which are read again.
  private static Packet ofParts(List<Layer> layers, byte[] content) {
    var parts = new ArrayList<>(layers);
    parts.add(Payload.of(content));
    var bytes = Packet.of(parts).bytes();
    return parts.getFirst() instanceof Ethernet ? Packet.parse(bytes) : Packet.parseIp(bytes);
  }
}
