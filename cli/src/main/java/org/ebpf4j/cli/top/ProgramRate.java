package org.ebpf4j.cli.top;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.ProgramStatistics;
import org.ebpf4j.linux.inspect.ProgramInfo;

/// How busy a program was for a while.
///
/// @param program as it was at the end of that
/// @param counted what was counted meanwhile
/// @param elapsed how long it was
record ProgramRate(ProgramInfo program, ProgramStatistics counted, Duration elapsed) {
  /// What programs did between two looks at them. A program that came in between has done all
  /// since.
  static List<ProgramRate> between(
      Map<Integer, ProgramInfo> before, List<ProgramInfo> after, Duration elapsed) {
    var rates = new ArrayList<ProgramRate>();
    for (var program : after) {
      var old = before.get(program.id());
      rates.add(
          new ProgramRate(
              program,
              old == null ? program.statistics() : program.statistics().since(old.statistics()),
              elapsed));
    }
    return rates;
  }

  /// Programs by id.
  static Map<Integer, ProgramInfo> byId(List<ProgramInfo> programs) {
    var byId = new HashMap<Integer, ProgramInfo>();
    programs.forEach(program -> byId.put(program.id(), program));
    return byId;
  }

  double runsPerSecond() {
    return counted.runsPerSecond(elapsed);
  }

  /// Percent of one CPU.
  double percent() {
    return counted.load(elapsed) * 100;
  }

  long nanosPerRun() {
    return counted.timePerRun().toNanos();
  }
}
