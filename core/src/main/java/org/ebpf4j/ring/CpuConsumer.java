package org.ebpf4j.ring;

/// Takes what came from one CPU. It is called by the thread that reads the buffer.
///
/// @param <T> what it takes
@FunctionalInterface
public interface CpuConsumer<T> {
  /// Takes it.
  ///
  /// @param cpu the id of the CPU
  void accept(int cpu, T value);
}
