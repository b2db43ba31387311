package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.Kernel;
import org.ebpf4j.ProgramStatistics;
import org.ebpf4j.RunInput;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// The counting of runs, for those who asked for it.
public abstract class StatisticsContract {
  private static final RunInput PACKET = RunInput.packet(new byte[64]);

  /// The kernel whose programs are counted.
  protected abstract Kernel open();

  @Test
  @RequiresKernel(value = "5.8", because = "ENABLE_STATS")
  void runsAreCountedWhileSomebodyHoldsIt() {
    var spec = ObjectSpec.read("run_types.bpf.o", TestObjects.bytes("run_types"));
    try (var kernel = open();
        var object =
            kernel.load(spec.withEachProgram(p -> p.withAutoload(p.name().equals("run_tc"))))) {
      var program = object.program("run_tc");
      ProgramStatistics before;
      var first = kernel.statistics();
      try (var second = kernel.statistics()) {
        try (first) {
          program.run(PACKET.repeat(1000));
          before = program.statistics();
          assertThat(before.runs()).isEqualTo(1000);
          assertThat(before.time()).isPositive();
          assertThat(before.recursionMisses()).isZero();
          assertThat(before.timePerRun()).isPositive().isLessThanOrEqualTo(before.time());
        }
        assertThat(first.isOpen()).isFalse();
        assertThat(first).hasToString("counting the runs of programs (closed)");
        assertThat(second).hasToString("counting the runs of programs");
        assertThat(second.isOpen()).isTrue();
        program.run(PACKET.repeat(50));
        first.close();
      }
      var difference = program.statistics().since(before);
      assertThat(difference.runs()).isEqualTo(50);
      assertThat(difference.time()).isPositive();
    }
  }
}
