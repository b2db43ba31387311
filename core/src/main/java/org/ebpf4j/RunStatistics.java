package org.ebpf4j;

/// The wish to have the runs of programs counted and timed. The kernel does it for all programs,
/// until the last of those who wish it, in whatever process, has closed this or ended. It may be
/// used from any thread; closing twice is closing once.
public interface RunStatistics extends AutoCloseable {
  /// Whether it is still wished.
  boolean isOpen();

  @Override
  void close();
}
