package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.linux.Refused.refused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logs of the verifier that are large.
@KernelTest
class LoadErrorsLogTest {
  private static final int ROUNDS = 80;
  private static final int ADDITIONS = 200;

  private final LinuxKernel kernel = LinuxKernel.open();

  @Test
  void getsWholeLogOfRejectedProgram() {
    var rejected =
        refused(
            VerifierException.class,
            () -> kernel.load(Loops.object("bad_long", ROUNDS, ADDITIONS, true)).close());
    assertThat(rejected).hasMessageStartingWith("R9 !read_ok");
    assertThat(rejected.instruction()).hasValue(ADDITIONS + 4);
    expectWholeLog(rejected.log());
  }

  @Test
  void getsWholeDetailedLogOfRejectedProgram() {
    var rejected =
        refused(
            VerifierException.class,
            () ->
                kernel
                    .load(Loops.object("bad_long", ROUNDS, ADDITIONS, true), new LoadOptions(2))
                    .close());
    assertThat(rejected).hasMessageStartingWith("R9 !read_ok");
    expectWholeLog(rejected.log());
  }

  @Test
  void getsWholeDetailedLogOfAcceptedProgram() {
    var before = Alive.named("bad_");
    try (var object =
        kernel.load(Loops.object("bad_long", ROUNDS, ADDITIONS, false), new LoadOptions(2))) {
      expectWholeLog(object.programs().getFirst().verifierLog());
    }
    before.expectNothingNew("bad_");
  }

  @Test
  void writesAllOfALongLogToAFileAndKeepsAFewMegabytes(@TempDir Path directory) throws IOException {
    var file = directory.resolve("all.log");
    var rejected =
        refused(
            VerifierException.class,
            () ->
                kernel
                    .load(
                        Loops.object("bad_long", 10 * ROUNDS, ADDITIONS, true),
                        LoadOptions.DEFAULT.withLog(file))
                    .close());
    var all = Files.readString(file);
    assertThat(all.length()).isGreaterThan(4 << 20);
    expectWholeLog(all);
    // Kernels before 6.4 do not say how large a log is, and are asked for 16 MB at most.
    var old = KernelRelease.running().isBefore(6, 4);
    assertThat(rejected.log().length()).isBetween(1 << 19, old ? 16 << 20 : 4 << 20);
    if (old) {
      assertThat(all).startsWith(rejected.log());
    } else {
      assertThat(rejected).hasMessageStartingWith("R9 !read_ok");
      assertThat(rejected.log()).containsPattern("(?m)^processed \\d+ insns");
    }
  }

  /// Every instruction that was followed has its line; newer kernels add a listing.
  private static void expectWholeLog(String log) {
    assertThat(log.length()).isGreaterThan(256 * 1024);
    assertThat(log.lines().filter(l -> l.matches("\\d+: \\(07\\) r0 \\+= 1\\b.*")).count())
        .isGreaterThanOrEqualTo(ROUNDS * ADDITIONS);
    assertThat(log.lines()).anyMatch(l -> l.startsWith("0: (b7) r0 = 0"));
    assertThat(log).containsPattern("(?m)^processed \\d+ insns");
  }
}
