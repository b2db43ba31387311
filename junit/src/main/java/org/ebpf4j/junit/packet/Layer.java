package org.ebpf4j.junit.packet;

/// A header of a packet, or what comes behind the headers. Lengths, checksums and the numbers of
/// what follows are [#AUTO] until [Packet#of(Layer...)] works them out, unless somebody sets them.
/// Layers are values.
public sealed interface Layer
    permits Ethernet,
        Vlan,
        Arp,
        Ipv4,
        Ipv6,
        Ipv6Extension,
        Ipv6Fragment,
        Tcp,
        Udp,
        Icmp,
        Icmpv6,
        Payload,
        Padding {
  /// A field that is worked out from the rest of the packet.
  int AUTO = -1;

  /// How many bytes it has.
  int size();
}
