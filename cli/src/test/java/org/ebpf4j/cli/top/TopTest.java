package org.ebpf4j.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// `ebpf4j top` on a program that this process makes run.
@KernelTest
@RequiresKernel(value = "5.8", because = "statistics are asked for by a descriptor since then")
class TopTest {
  private static final Path SWITCH = Path.of("/proc/sys/kernel/bpf_stats_enabled");

  @Test
  @Requires(Facility.TRACEFS)
  void countsRunsWhileItIsOpen() throws Exception {
    var before = Files.readString(SWITCH);
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")))) {
      var program = object.program("count_exec");
      try (var _ = program.attach()) {
        var running = Thread.ofVirtual().start(TopTest::execs);
        var top = Cli.run("top", "--once", "--every", "500ms", "--json", "--program", "count_exec");
        running.interrupt();
        running.join();

        assertThat(top.status()).isZero();
        assertThat(top.err()).isEmpty();
        var ours =
            top.out().lines().filter(l -> l.contains("\"id\":" + program.id() + ",")).toList();
        assertThat(ours).hasSize(1);
        assertThat(ours.getFirst())
            .containsPattern("\"runs\":[1-9][0-9]*,\"run_time_ns\":[1-9][0-9]*");
      }
      var counted = program.statistics().runs();
      assertThat(counted).isPositive();
    }
    assertThat(Files.readString(SWITCH)).isEqualTo(before);
  }

  private static void execs() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        new ProcessBuilder("/bin/true").start().waitFor();
      }
    } catch (java.io.IOException | InterruptedException _) {
      // The test is over.
    }
  }

  @Test
  void whatDidNotRunIsShownOnDemand() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")))) {
      var id = String.valueOf(object.program("count_exec").id());
      assertThat(Cli.run("top", "--once", "--every", "10ms", "--columns", "id").out().lines())
          .noneMatch(line -> line.strip().equals(id));
      assertThat(
              Cli.run("top", "--once", "--every", "10ms", "--all", "--columns", "id").out().lines())
          .anyMatch(line -> line.strip().equals(id));
    }
  }

  @Test
  void refusesWhatMeansNothing() {
    for (var wrong : new String[] {"--sort=size", "--limit=0", "--every=0"}) {
      var top = Cli.run("top", "--once", wrong);
      assertThat(top.status()).isEqualTo(ExitStatus.USAGE);
      assertThat(top.err()).contains(wrong.replaceFirst("=.*", ""));
    }
  }
}
