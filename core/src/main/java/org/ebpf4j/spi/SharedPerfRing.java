package org.ebpf4j.spi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The memory of the perf ring of one CPU, as a kernel gives it (`struct perf_event_mmap_page` of
/// `include/uapi/linux/perf_event.h`, and what follows it). Memory that was given throws an
/// [IllegalStateException] where it is used after [#close()].
public interface SharedPerfRing extends AutoCloseable {
  /// The CPU whose records it gets.
  int cpu();

  /// How many bytes of records it holds: a power of two, 8 or more.
  long size();

  /// The page with the positions: that of the kernel at byte 1024, and ours at byte 1032, which can
  /// be written where nothing is overwritten.
  MemorySegment control();

  /// The records, of which no part can be used after the end of `scope`. The caller sees to it that
  /// `scope` ends before this ring is closed.
  MemorySegment data(Arena scope);

  /// Whether it still gets records: not where its CPU was switched off, even if it is on again.
  boolean alive();

  /// Keeps the kernel from writing, or lets it again.
  void pause(boolean paused);

  @Override
  void close();
}
