package org.ebpf4j.cli;

import java.util.List;
import org.ebpf4j.cli.export.ConfigTarget;
import org.ebpf4j.cli.run.EventTarget;
import org.ebpf4j.cli.run.HelpTarget;
import org.ebpf4j.cli.verify.BaselineTarget;
import org.ebpf4j.cli.virtual.CaptureTarget;
import org.ebpf4j.cli.virtual.ScenarioTarget;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Fuzzing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever bytes the command line is given, it prints something or an error of this library.
final class FuzzTest {
  static List<FuzzTarget> targets() {
    return List.of(
        new EventTarget(),
        new HelpTarget(),
        new ConfigTarget(),
        new BaselineTarget(),
        new ScenarioTarget(),
        new CaptureTarget());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void givesAValueOrAnErrorOfOurs(FuzzTarget target) {
    Fuzzing.run(target, Fuzzing.seed(), Fuzzing.cases(300));
  }
}
