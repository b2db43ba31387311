package org.ebpf4j.fuzz;

import java.util.List;
import org.ebpf4j.load.FittingTarget;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Fuzzing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever bytes a consumer of core is given, it gives a value or an error of this library, within
/// the limits of [org.ebpf4j.testkit.fuzz.FuzzCase]. `-Debpf4j.fuzz.cases=200000` makes a long run.
final class FuzzTest {
  static List<FuzzTarget> targets() {
    return List.of(
        new ElfTarget(),
        new ObjectTarget(),
        new TypedClassTarget(),
        new BtfTarget(),
        new BtfExtTarget(),
        new InstructionsTarget(),
        new ValueTarget(),
        new CodecTarget(),
        new LinkTarget(),
        new CoreTarget(),
        new FittingTarget(),
        new TypesTarget());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void givesAValueOrAnErrorOfOurs(FuzzTarget target) {
    Fuzzing.run(target, Fuzzing.seed(), Fuzzing.cases(300));
  }
}
