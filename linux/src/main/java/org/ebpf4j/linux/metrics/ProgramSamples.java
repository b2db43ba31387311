package org.ebpf4j.linux.metrics;

import java.util.List;
import java.util.Map;
import org.ebpf4j.BpfProgram;

/// What the kernel counts of a program, as numbers with its name as the label. Any thread may call
/// its functions.
public final class ProgramSamples {
  private ProgramSamples() {}

  /// How often it has run (`program_runs`), how long that took (`program_run_seconds`), and how
  /// often it was not run because it was running already (`program_recursion_misses`). The first
  /// two are counted while somebody wants it ([org.ebpf4j.Kernel#statistics()]).
  ///
  /// @throws IllegalStateException where the program is closed
  public static List<Sample> read(BpfProgram program) {
    var statistics = program.statistics();
    var labels = Map.of("program", program.name());
    return List.of(
        new Sample("program_runs", labels, statistics.runs()),
        new Sample("program_run_seconds", labels, statistics.time().toNanos() / 1e9),
        new Sample("program_recursion_misses", labels, statistics.recursionMisses()));
  }
}
