package org.ebpf4j.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Alive;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Session;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.Test;

/// `ebpf4j doctor` on this machine, as root and as others.
@KernelTest
final class DoctorTest {
  @Test
  void saysHowThingsAreAndWhatToChange() {
    var before = Alive.now();

    var run = Cli.run("doctor");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .containsPattern("(?m)^good +kernel +Linux \\d+\\.")
        .containsPattern("(?m)^good +loading +a program was loaded")
        .containsPattern("(?m)^\\w+ +lockdown ")
        .containsPattern(
            // The setting is there in the first network namespace only.
            Files.exists(Path.of("/proc/sys/net/core/bpf_jit_enable"))
                ? "(?m)^good +JIT +on"
                : "(?m)^limited +JIT +not told in this network namespace");
    assertThat(before.newcomers()).isEmpty();
    var json = Json.readAll(Cli.run("doctor", "--json").out());
    assertThat(json).allSatisfy(f -> assertThat(f).containsKeys("topic", "grade", "state"));
    assertThat(json)
        .filteredOn(f -> !"good".equals(f.get("grade")))
        .allSatisfy(f -> assertThat(f).containsKey("mend"));
    assertThat(Json.readAll(Cli.run("doctor", "--jsonl").out())).hasSameSizeAs(json);
  }

  @Test
  @Requires(Facility.SETPRIV)
  void saysThatNothingCanBeLoadedAndWhatToGrant() throws Exception {
    try (var session =
        Session.startAfter(
            "exec setpriv --bounding-set -bpf,-sys_admin,-perfmon --inh-caps -all \"$@\"",
            "doctor")) {
      assertThat(session.finish()).isEqualTo(1);
      assertThat(session.out())
          .containsPattern("(?m)^bad +loading +no program can be loaded: EPERM")
          .contains("lacks CAP_BPF", "try: have the capabilities granted from outside")
          .contains("without CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF");
    }
  }
}
