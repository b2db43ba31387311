package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.ebpf4j.ProgramStatistics;
import org.ebpf4j.RunInput;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

@KernelTest
class RunStatisticsTest {
  private static final RunInput PACKET = RunInput.packet(new byte[64]);

  private final LinuxKernel kernel = LinuxKernel.open();

  /// The setting of the machine, and others who hold a handle, have it counted, too.
  @Test
  @RequiresKernel(value = "5.8", because = "ENABLE_STATS")
  void countsNoLongerOnceClosed() throws Exception {
    assumeThat(Files.readString(Path.of("/proc/sys/kernel/bpf_stats_enabled")).strip())
        .isEqualTo("0");
    try (var object = kernel.load(Runs.only(Runs.spec("run_types"), "run_tc"))) {
      var program = object.program("run_tc");
      program.run(PACKET);
      kernel.statistics().close();
      program.run(PACKET);
      assertThat(program.statistics()).isEqualTo(new ProgramStatistics(0, Duration.ZERO, 0));
    }
  }

  @Test
  void tellsRates() {
    var before = new ProgramStatistics(100, Duration.ofMillis(3), 1);
    var after = new ProgramStatistics(300, Duration.ofMillis(8), 4);
    var difference = after.since(before);
    assertThat(difference).isEqualTo(new ProgramStatistics(200, Duration.ofMillis(5), 3));
    assertThat(difference.timePerRun()).isEqualTo(Duration.ofNanos(25_000));
    assertThat(difference.runsPerSecond(Duration.ofSeconds(2))).isEqualTo(100.0);
    assertThat(difference.load(Duration.ofMillis(20))).isEqualTo(0.25);
    assertThat(before.since(before).timePerRun()).isZero();
    assertThatThrownBy(() -> difference.load(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
