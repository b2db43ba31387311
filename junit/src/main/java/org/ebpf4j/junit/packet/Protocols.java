package org.ebpf4j.junit.packet;

import org.jspecify.annotations.Nullable;

/// The numbers by which a header says what follows.
final class Protocols {
  static final int ICMP = 1;
  static final int IPV4 = 4;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int IPV6 = 41;
  static final int ICMPV6 = 58;

  /// Nothing follows, in IPv6.
  static final int NONE = 59;

  /// What is for experiments (RFC 3692).
  private static final int EXPERIMENT = 253;

  private Protocols() {}

  /// The type of Ethernet that says what follows.
  ///
  /// @param afterNext what follows behind that
  static int etherType(@Nullable Layer next, @Nullable Layer afterNext) {
    return switch (next) {
      case Vlan _ -> afterNext instanceof Vlan ? Ethernet.SERVICE_VLAN : Ethernet.VLAN;
      case Arp _ -> Ethernet.ARP;
      case Ipv4 _ -> Ethernet.IPV4;
      case Ipv6 _ -> Ethernet.IPV6;
      case null, default -> Ethernet.EXPERIMENT;
    };
  }

  /// The protocol of IPv4 that says what follows.
  static int protocol(@Nullable Layer next) {
    return switch (next) {
      case Icmp _ -> ICMP;
      case Ipv4 _ -> IPV4;
      case Tcp _ -> TCP;
      case Udp _ -> UDP;
      case Ipv6 _ -> IPV6;
      case Icmpv6 _ -> ICMPV6;
      case null, default -> EXPERIMENT;
    };
  }

  /// The next header of IPv6 that says what follows.
  static int nextHeader(@Nullable Layer next) {
    return switch (next) {
      case Ipv6Extension extension -> extension.type();
      case Ipv6Fragment _ -> Ipv6Fragment.TYPE;
      case null -> NONE;
      case Padding _ -> NONE;
      default -> protocol(next);
    };
  }
}
