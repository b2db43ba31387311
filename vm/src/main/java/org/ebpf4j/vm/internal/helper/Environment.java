package org.ebpf4j.vm.internal.helper;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.ebpf4j.vm.internal.machine.Run;

/// What a run finds around it.
///
/// @param clock the nanoseconds since the kernel was started
/// @param random where random numbers come from
/// @param task the task that it is in
/// @param trace where it prints
/// @param cookie what the link was given (`bpf_cookie`)
public record Environment(
    LongSupplier clock, RandomGenerator random, Task task, TraceSink trace, long cookie) {
  /// The environment of a run.
  static Environment of(Run run) {
    return (Environment) run.host();
  }

  /// Takes what programs print.
  @FunctionalInterface
  public interface TraceSink {
    /// @param text what was printed, without the end of the line
    void print(int cpu, Task task, long nanos, String text);
  }
}
