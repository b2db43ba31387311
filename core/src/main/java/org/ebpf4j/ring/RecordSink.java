package org.ebpf4j.ring;

import java.lang.foreign.MemorySegment;

/// Takes the records of a ring, one after the other.
@FunctionalInterface
interface RecordSink {
  /// Takes a record: `length` bytes of `data` from `offset`. Returns whether to go on with the
  /// next.
  boolean accept(MemorySegment data, long offset, int length);
}
