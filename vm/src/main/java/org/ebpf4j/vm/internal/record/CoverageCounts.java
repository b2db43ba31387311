package org.ebpf4j.vm.internal.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.vm.coverage.Coverage;
import org.ebpf4j.vm.coverage.ProgramCoverage;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Counters;
import org.ebpf4j.vm.internal.machine.CountingListener;
import org.ebpf4j.vm.internal.machine.StepListener;
import org.jspecify.annotations.Nullable;

/// The counters of all programs that a kernel was given; those of a program that is loaded again go
/// on. It may be used from any thread.
public final class CoverageCounts {
  private record Counted(String object, ProgramSpec program) {}

  private final boolean wanted;
  private final Map<Counted, Counters> programs = new LinkedHashMap<>();

  public CoverageCounts(boolean wanted) {
    this.wanted = wanted;
  }

  /// Has the runs of a program counted, where that is wanted.
  public synchronized void add(String object, ProgramSpec program, Code code) {
    if (wanted) {
      code.setCounters(
          programs.computeIfAbsent(
              new Counted(object, program), _ -> new Counters(program.instructions())));
    }
  }

  /// What counts a run, and tells another listener; that one where nothing is counted.
  public @Nullable StepListener listener(@Nullable StepListener other) {
    if (!wanted) {
      return other;
    }
    var counting = new CountingListener();
    return other == null
        ? counting
        : (code, slot, registers) -> {
          counting.step(code, slot, registers);
          other.step(code, slot, registers);
        };
  }

  public synchronized Coverage read() {
    var list = new ArrayList<ProgramCoverage>();
    programs.forEach((counted, counters) ->
        list.add(
            ProgramCoverage.of(
                counted.object(),
                counted.program(),
                counters.executed(),
                counters.jumped(),
                counters.passed())));
    return Coverage.of(list);
  }
}
