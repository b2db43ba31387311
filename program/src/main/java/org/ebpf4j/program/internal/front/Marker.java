package org.ebpf4j.program.internal.front;

/// Objects of Java that no memory holds.
enum Marker {
  /// The packet of a context; the inputs of the value are where it starts and ends.
  PACKET
}
