package org.ebpf4j.junit.packet;

/// The header of ICMP (RFC 792). What a message has behind its first 8 bytes is content.
///
/// @param type the type of message
/// @param code the code of it
/// @param checksum the checksum over header and content
/// @param id the identifier of an echo, or the first half of what stands there
/// @param sequence the number of an echo, or the second half of what stands there
public record Icmp(int type, int code, int checksum, int id, int sequence) implements Layer {
  /// The type of a question for an echo.
  public static final int ECHO_REQUEST = 8;

  /// The type of the answer.
  public static final int ECHO_REPLY = 0;

  /// @throws IllegalArgumentException for a number that does not fit
  public Icmp {
    Fields.check("type", type, 0xff);
    Fields.check("code", code, 0xff);
    Fields.checkOrAuto("checksum", checksum, 0xffff);
    Fields.check("id", id, 0xffff);
    Fields.check("sequence", sequence, 0xffff);
  }

  /// A question for an echo.
  public static Icmp echoRequest(int id, int sequence) {
    return new Icmp(ECHO_REQUEST, 0, AUTO, id, sequence);
  }

  /// The answer.
  public static Icmp echoReply(int id, int sequence) {
    return new Icmp(ECHO_REPLY, 0, AUTO, id, sequence);
  }

  /// A message of another type.
  ///
  /// @param rest the 4 bytes behind the checksum
  public static Icmp of(int type, int code, int rest) {
    return new Icmp(type, code, AUTO, rest >>> 16, rest & 0xffff);
  }

  /// The same with a checksum that is not worked out, such as a wrong one.
  public Icmp withChecksum(int other) {
    return new Icmp(type, code, other, id, sequence);
  }

  @Override
  public int size() {
    return 8;
  }
}
