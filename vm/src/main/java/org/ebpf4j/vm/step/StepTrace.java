package org.ebpf4j.vm.step;

/// A trace of the instructions that programs execute ([org.ebpf4j.vm.VirtualKernel#onStep]), until
/// it is closed. Any thread may close it; closing twice is closing once.
@FunctionalInterface
public interface StepTrace extends AutoCloseable {
  /// Ends it for runs that begin from now on; those under way go on telling.
  @Override
  void close();
}
