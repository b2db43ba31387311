package org.ebpf4j.junit.packet;

import java.net.Inet4Address;

/// A question or an answer of ARP, for IPv4 over Ethernet (RFC 826).
///
/// @param operation [#REQUEST] or [#REPLY]
/// @param senderMac the sender's address of Ethernet
/// @param sender the sender's address
/// @param targetMac the target's address of Ethernet; zeroes in a question
/// @param target the target's address
public record Arp(
    int operation,
    MacAddress senderMac,
    Inet4Address sender,
    MacAddress targetMac,
    Inet4Address target)
    implements Layer {
  /// @throws IllegalArgumentException for an operation that does not fit
  public Arp {
    Fields.check("operation", operation, 0xffff);
  }

  /// Who has an address?
  public static final int REQUEST = 1;

  /// The answer.
  public static final int REPLY = 2;

  /// The question who has `target`.
  ///
  /// @throws IllegalArgumentException for a text that is no address
  public static Arp request(String senderMac, String sender, String target) {
    return new Arp(
        REQUEST,
        MacAddress.of(senderMac),
        Fields.ipv4(sender),
        new MacAddress(0),
        Fields.ipv4(target));
  }

  /// The answer that `sender` is at `senderMac`.
  ///
  /// @throws IllegalArgumentException for a text that is no address
  public static Arp reply(String senderMac, String sender, String targetMac, String target) {
    return new Arp(
        REPLY,
        MacAddress.of(senderMac),
        Fields.ipv4(sender),
        MacAddress.of(targetMac),
        Fields.ipv4(target));
  }

  @Override
  public int size() {
    return 28;
  }
}
