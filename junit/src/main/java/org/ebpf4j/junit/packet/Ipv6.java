package org.ebpf4j.junit.packet;

import java.net.Inet6Address;

/// The header of IPv6 (RFC 8200).
///
/// @param trafficClass DSCP and ECN
/// @param flowLabel the flow, 20 bits
/// @param payloadLength the length of what follows
/// @param nextHeader what follows, such as 6 for TCP
/// @param hopLimit how many hops it may still take
/// @param source whom it is from
/// @param destination whom it is for
public record Ipv6(
    int trafficClass,
    int flowLabel,
    int payloadLength,
    int nextHeader,
    int hopLimit,
    Inet6Address source,
    Inet6Address destination)
    implements Layer {
  /// @throws IllegalArgumentException for a number that does not fit
  public Ipv6 {
    Fields.check("trafficClass", trafficClass, 0xff);
    Fields.checkOrAuto("payloadLength", payloadLength, 0xffff);
    Fields.checkOrAuto("nextHeader", nextHeader, 0xff);
    Fields.check("flowLabel", flowLabel, 0xfffff);
    Fields.check("hopLimit", hopLimit, 0xff);
  }

  /// A header with a hop limit of 64.
  ///
  /// @throws IllegalArgumentException for a text that is no address
  public static Ipv6 of(String source, String destination) {
    return new Ipv6(0, 0, AUTO, AUTO, 64, Fields.ipv6(source), Fields.ipv6(destination));
  }

  /// The same with another traffic class and flow label.
  public Ipv6 withFlow(int otherClass, int label) {
    return new Ipv6(otherClass, label, payloadLength, nextHeader, hopLimit, source, destination);
  }

  /// The same with another length.
  public Ipv6 withPayloadLength(int other) {
    return new Ipv6(trafficClass, flowLabel, other, nextHeader, hopLimit, source, destination);
  }

  /// The same with another number of what follows.
  public Ipv6 withNextHeader(int other) {
    return new Ipv6(trafficClass, flowLabel, payloadLength, other, hopLimit, source, destination);
  }

  /// The same with another hop limit.
  public Ipv6 withHopLimit(int other) {
    return new Ipv6(trafficClass, flowLabel, payloadLength, nextHeader, other, source, destination);
  }

  @Override
  public int size() {
    return 40;
  }
}
