package org.ebpf4j.jfr;

import java.lang.foreign.MemorySegment;

/// Reads the value of a field from the bytes of an event.
@FunctionalInterface
interface Decoder {
  /// The value: of the class that the field has, or the box of it.
  Object decode(MemorySegment event);
}
