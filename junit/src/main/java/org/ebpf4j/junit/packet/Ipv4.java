package org.ebpf4j.junit.packet;

import java.net.Inet4Address;
import org.ebpf4j.object.Bytes;

/// The header of IPv4 (RFC 791).
///
/// @param tos the type of service: DSCP and ECN
/// @param totalLength the length of header and content
/// @param id the identification
/// @param flags [#DONT_FRAGMENT], [#MORE_FRAGMENTS]
/// @param fragmentOffset where a fragment belongs, in bytes, a multiple of 8
/// @param ttl how many hops it may still take
/// @param protocol what follows, such as 6 for TCP
/// @param checksum the checksum of the header
/// @param source whom it is from
/// @param destination whom it is for
/// @param options the options, a multiple of 4 bytes, 40 at most
public record Ipv4(
    int tos,
    int totalLength,
    int id,
    int flags,
    int fragmentOffset,
    int ttl,
    int protocol,
    int checksum,
    Inet4Address source,
    Inet4Address destination,
    Bytes options)
    implements Layer {
  /// It is not to be cut.
  public static final int DONT_FRAGMENT = 2;

  /// More fragments follow.
  public static final int MORE_FRAGMENTS = 1;

  /// @throws IllegalArgumentException for a number or options that do not fit
  public Ipv4 {
    Fields.check("tos", tos, 0xff);
    Fields.checkOrAuto("totalLength", totalLength, 0xffff);
    Fields.checkOrAuto("protocol", protocol, 0xff);
    Fields.checkOrAuto("checksum", checksum, 0xffff);
    Fields.check("id", id, 0xffff);
    Fields.check("flags", flags, 7);
    Fields.check("fragmentOffset", fragmentOffset, 0xfff8);
    Fields.check("ttl", ttl, 0xff);
    if (fragmentOffset % 8 != 0) {
      throw new IllegalArgumentException("a fragment at " + fragmentOffset + ", no multiple of 8");
    }
    Fields.checkOptions(options);
  }

  /// A header with a TTL of 64, that may not be cut.
  ///
  /// @throws IllegalArgumentException for a text that is no address
  public static Ipv4 of(String source, String destination) {
    return new Ipv4(
        0,
        AUTO,
        0,
        DONT_FRAGMENT,
        0,
        64,
        AUTO,
        AUTO,
        Fields.ipv4(source),
        Fields.ipv4(destination),
        Bytes.EMPTY);
  }

  /// The same with another type of service.
  public Ipv4 withTos(int other) {
    return new Ipv4(
        other,
        totalLength,
        id,
        flags,
        fragmentOffset,
        ttl,
        protocol,
        checksum,
        source,
        destination,
        options);
  }

  /// The same with another length.
  public Ipv4 withTotalLength(int other) {
    return new Ipv4(
        tos,
        other,
        id,
        flags,
        fragmentOffset,
        ttl,
        protocol,
        checksum,
        source,
        destination,
        options);
  }

  /// The same as a fragment.
  ///
  /// @param number the identification
  /// @param offset where it belongs, in bytes
  /// @param more whether others follow
  public Ipv4 withFragment(int number, int offset, boolean more) {
    return new Ipv4(
        tos,
        totalLength,
        number,
        more ? MORE_FRAGMENTS : 0,
        offset,
        ttl,
        protocol,
        checksum,
        source,
        destination,
        options);
  }

  /// The same with another identification and other flags.
  public Ipv4 withId(int number, int otherFlags) {
    return new Ipv4(
        tos,
        totalLength,
        number,
        otherFlags,
        fragmentOffset,
        ttl,
        protocol,
        checksum,
        source,
        destination,
        options);
  }

  /// The same with another TTL.
  public Ipv4 withTtl(int other) {
    return new Ipv4(
        tos,
        totalLength,
        id,
        flags,
        fragmentOffset,
        other,
        protocol,
        checksum,
        source,
        destination,
        options);
  }

  /// The same with another protocol.
  public Ipv4 withProtocol(int other) {
    return new Ipv4(
        tos,
        totalLength,
        id,
        flags,
        fragmentOffset,
        ttl,
        other,
        checksum,
        source,
        destination,
        options);
  }

  /// The same with a checksum that is not worked out, such as a wrong one.
  public Ipv4 withChecksum(int other) {
    return new Ipv4(
        tos,
        totalLength,
        id,
        flags,
        fragmentOffset,
        ttl,
        protocol,
        other,
        source,
        destination,
        options);
  }

  /// The same with options, which are filled up with zeroes to a multiple of 4 bytes.
  public Ipv4 withOptions(byte... other) {
    return new Ipv4(
        tos,
        totalLength,
        id,
        flags,
        fragmentOffset,
        ttl,
        protocol,
        checksum,
        source,
        destination,
        Fields.options(other));
  }

  @Override
  public int size() {
    return 20 + options.size();
  }
}
