package org.ebpf4j.spi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The memory of a ring of records, as a kernel gives it. Positions count bytes since the ring was
/// made and never go back; each is in the first 8 bytes of its segment. A record is a header of 8
/// bytes (its length in 32 bits, of which bit 31 says that it is being written and bit 30 that it
/// is to be skipped) and its data, rounded up to 8 bytes.
///
/// Memory that was given throws an [IllegalStateException] where it is used after [#close()].
public interface SharedRing extends Waitable, AutoCloseable {
  /// How many bytes of records it holds: a power of two, 8 or more.
  long size();

  /// Where the consumer's position is.
  MemorySegment consumer();

  /// Where the producer's position is.
  MemorySegment producer();

  /// The records, twice in a row, so that each is in one piece.
  MemorySegment data();

  /// The same, of which no part can be used after the end of `scope`. The caller sees to it that
  /// `scope` ends before this ring is closed.
  MemorySegment data(Arena scope);

  /// A new waiter, for this ring alone.
  Waiter waiter();

  @Override
  void close();
}
