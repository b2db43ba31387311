package org.ebpf4j.spi;

import java.util.List;
import java.util.Optional;

/// A perf buffer, as a kernel gives it: a ring for each CPU. As a [Waitable], it stands for all of
/// its rings that are open.
public interface PerfRings extends Waitable, AutoCloseable {
  /// Whether the newest records take the place of the oldest.
  boolean overwritable();

  /// The ids of the CPUs that are running and can have a ring.
  List<Integer> online();

  /// Opens the ring of a CPU, and has programs write to it from now on; empty where the CPU is not
  /// running.
  Optional<SharedPerfRing> open(int cpu);

  /// A new waiter, for these rings alone.
  Waiter waiter();

  /// Gives back all but the rings that were opened, which are closed before.
  @Override
  void close();
}
