package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicReference;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;

@KernelTest
class ProgramProfileTest {
  private static final RunInput PACKET = RunInput.packet(new byte[64]);

  private final LinuxKernel kernel = LinuxKernel.open();

  private LinuxObject load() {
    return kernel.load(Runs.only(Runs.spec("run_types"), "run_tc"));
  }

  @Test
  void countsTimeOfThread() {
    try (var object = load()) {
      var program = object.program("run_tc");
      var run = program.profile(PACKET.repeat(20_000), EnumSet.of(Counter.TASK_CLOCK));
      var profile = run.profile();
      assertThat(profile.runs()).isEqualTo(20_000);
      assertThat(profile.measured()).isEqualTo(20_000);
      assertThat(Runs.number(object, "runs")).isEqualTo(20_000);
      assertThat(run.result().dataOut()).hasSize(64);
      assertThat(profile.counts()).containsOnlyKeys(Counter.TASK_CLOCK);
      assertThat(profile.perRun(Counter.TASK_CLOCK)).isPositive();
      assertThat(profile.estimated()).isEmpty();
      assertThatThrownBy(() -> profile.perRun(Counter.CPU_CYCLES))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cpu-cycles was not counted");
    }
  }

  @Test
  void countsInstructionsWhereThereAreCounters() {
    try (var object = load()) {
      var program = object.program("run_tc");
      var counters = EnumSet.of(Counter.CPU_CYCLES, Counter.INSTRUCTIONS);
      try {
        var profile = program.profile(PACKET.repeat(100_000), counters).profile();
        assertThat(profile.perRun(Counter.INSTRUCTIONS)).isBetween(20.0, 20_000.0);
        assertThat(profile.perRun(Counter.CPU_CYCLES)).isPositive();
      } catch (UnsupportedFeatureException e) {
        assertThat(e)
            .hasMessage(
                "profiling program 'run_tc': this machine does not count cpu-cycles (virtual machines often have no"
                    + " hardware counters; task-clock is always there)");
        assertThat(Runs.number(object, "runs")).isZero();
      }
    }
  }

  @Test
  void refusesWhatItCannotCount() throws InterruptedException {
    try (var object = load()) {
      var program = object.program("run_tc");
      assertThatThrownBy(() -> program.profile(PACKET, EnumSet.noneOf(Counter.class)))
          .isInstanceOf(IllegalArgumentException.class);
      var clock = EnumSet.of(Counter.TASK_CLOCK);
      assertThatThrownBy(() -> program.profile(PACKET.cpu(0), clock))
          .isInstanceOf(IllegalArgumentException.class);
      var thrown = new AtomicReference<Throwable>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              program.profile(PACKET, clock);
            } catch (IllegalStateException e) {
              thrown.set(e);
            }
          })
          .join();
      assertThat(thrown.get()).hasMessage("a profile wants a platform thread");
    }
  }
}
