package org.ebpf4j.junit.packet;

/// A flag of TCP, in the order of their bits, the lowest first.
public enum TcpFlag {
  /// No more data comes.
  FIN,
  /// A connection begins.
  SYN,
  /// The connection is reset.
  RST,
  /// Data is to be handed on.
  PSH,
  /// The acknowledgment counts.
  ACK,
  /// The urgent pointer counts.
  URG,
  /// Congestion was met.
  ECE,
  /// The window was reduced.
  CWR,
  /// Accurate ECN.
  AE
}
