package org.ebpf4j.junit.packet;

/// A flag of TCP.
public enum TcpFlag {
  /// No more data comes.
  FIN(1 << 0),
  /// A connection begins.
  SYN(1 << 1),
  /// The connection is reset.
  RST(1 << 2),
  /// Data is to be handed on.
  PSH(1 << 3),
  /// The acknowledgment counts.
  ACK(1 << 4),
  /// The urgent pointer counts.
  URG(1 << 5),
  /// Congestion was met.
  ECE(1 << 6),
  /// The window was reduced.
  CWR(1 << 7),
  /// Accurate ECN.
  AE(1 << 8);

  private final int bit;

  TcpFlag(int bit) {
    this.bit = bit;
  }

  /// Its bit in the 16 bits that it stands in.
  public int bit() {
    return bit;
  }
}
