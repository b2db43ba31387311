package org.ebpf4j.junit.packet;

/// The header of UDP (RFC 768).
///
/// @param sourcePort whom it is from
/// @param destinationPort whom it is for
/// @param length the length of header and content
/// @param checksum the checksum over parts of the IP header, this one and the content; 0 for none
public record Udp(int sourcePort, int destinationPort, int length, int checksum) implements Layer {
  /// @throws IllegalArgumentException for a port that does not fit
  public Udp {
    Fields.check("sourcePort", sourcePort, 0xffff);
    Fields.check("destinationPort", destinationPort, 0xffff);
    Fields.checkOrAuto("length", length, 0xffff);
    Fields.checkOrAuto("checksum", checksum, 0xffff);
  }

  /// A header from one port to another.
  public static Udp of(int sourcePort, int destinationPort) {
    return new Udp(sourcePort, destinationPort, AUTO, AUTO);
  }

  /// The same with another length.
  public Udp withLength(int other) {
    return new Udp(sourcePort, destinationPort, other, checksum);
  }

  /// The same with a checksum that is not worked out: a wrong one, or 0 for none.
  public Udp withChecksum(int other) {
    return new Udp(sourcePort, destinationPort, length, other);
  }

  @Override
  public int size() {
    return 8;
  }
}
