package org.ebpf4j.data;

import java.lang.foreign.MemorySegment;

/// How values of a Java type stand in memory as programs see them: keys and values of maps, records
/// of ring buffers. In the byte order of the machine. One codec may serve many threads.
///
/// @param <T> the Java type
public interface Codec<T> {
  /// How many bytes a value takes.
  int size();

  /// The value that starts at a byte of memory.
  ///
  /// @throws IndexOutOfBoundsException where the memory ends before the value does
  T read(MemorySegment memory, long offset);

  /// Writes a value from a byte of memory on; bytes between its parts become 0.
  ///
  /// @throws IndexOutOfBoundsException where the memory ends before the value does
  /// @throws IllegalArgumentException where the value does not fit its place: a text too long, a
  ///   number out of range
  void write(MemorySegment memory, long offset, T value);
}
