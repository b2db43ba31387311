package org.ebpf4j.program.internal.front;

/// Objects of Java that no memory holds.
enum Marker {
  /// An exception that is made to be thrown.
  EXCEPTION,
  /// The packet of a context; the inputs of the value are where it starts and ends.
  PACKET
}
