package org.ebpf4j.jfr;

import java.lang.foreign.MemorySegment;

/// Reads the value of a field from the bytes of an event.
@FunctionalInterface
interface Decoder {
  /// The value: of the class that the field has, or the box of it.
  ///
  /// @param event the event, filled up with zeroes where it is shorter than its struct
  /// @param length how many bytes it has itself
  Object decode(MemorySegment event, long length);
}
