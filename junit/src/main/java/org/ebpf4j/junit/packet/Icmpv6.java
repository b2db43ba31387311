package org.ebpf4j.junit.packet;

/// The header of ICMPv6 (RFC 4443). What a message has behind its first 8 bytes is content.
///
/// @param type the type of message
/// @param code the code of it
/// @param checksum the checksum over parts of the IP header, this one and the content
/// @param id the identifier of an echo, or the first half of what stands there
/// @param sequence the number of an echo, or the second half of what stands there
public record Icmpv6(int type, int code, int checksum, int id, int sequence) implements Layer {
  /// The type of a question for an echo.
  public static final int ECHO_REQUEST = 128;

  /// The type of the answer.
  public static final int ECHO_REPLY = 129;

  /// @throws IllegalArgumentException for a number that does not fit
  public Icmpv6 {
    Fields.check("type", type, 0xff);
    Fields.check("code", code, 0xff);
    Fields.checkOrAuto("checksum", checksum, 0xffff);
    Fields.check("id", id, 0xffff);
    Fields.check("sequence", sequence, 0xffff);
  }

  /// A question for an echo.
  public static Icmpv6 echoRequest(int id, int sequence) {
    return new Icmpv6(ECHO_REQUEST, 0, AUTO, id, sequence);
  }

  /// The answer.
  public static Icmpv6 echoReply(int id, int sequence) {
    return new Icmpv6(ECHO_REPLY, 0, AUTO, id, sequence);
  }

  /// A message of another type.
  ///
  /// @param rest the 4 bytes behind the checksum
  public static Icmpv6 of(int type, int code, int rest) {
    return new Icmpv6(type, code, AUTO, rest >>> 16, rest & 0xffff);
  }

  /// The same with a checksum that is not worked out, such as a wrong one.
  public Icmpv6 withChecksum(int other) {
    return new Icmpv6(type, code, other, id, sequence);
  }

  @Override
  public int size() {
    return 8;
  }
}
