package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The script `ebpf4j` of this checkout with what it built, jars and caches of classes, where that
/// is up to date: it is not built for the test.
@KernelTest
class RealLauncherTest {
  private static final String CURRENT =
      "home=$PWD; . bin/state; find_build; find_jdk25 \"$built_jdk\" && is_current";

  private record Result(int status, List<String> lines) {}

  private static Result shell(String script, String... words) {
    var command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
    command.addAll(List.of(words));
    try {
      var process =
          new ProcessBuilder(command)
              .directory(TestObjects.example("..").normalize().toFile())
              .redirectErrorStream(true)
              .start();
      try (var output = process.inputReader()) {
        var lines = output.readAllLines();
        return new Result(process.waitFor(), lines);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Result ebpf4j(String... words) {
    return shell("exec ./ebpf4j \"$@\"", words);
  }

  @BeforeAll
  static void isBuilt() {
    assumeTrue(shell(CURRENT).status() == 0, "./ebpf4j is not built, or the sources are newer");
  }

  @Test
  void saysItsVersion() {
    assertThat(ebpf4j("--version")).isEqualTo(new Result(0, List.of(Main.VERSION)));
  }

  @Test
  void refusesWhatIsNoCommand() {
    var result = ebpf4j("verfy");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.lines()).first().asString().endsWith("did you mean verify?");
  }

  @Test
  void printsTypes() {
    var result = ebpf4j("btf", "dump", "examples/hello/hello.bpf.o", "--format", "c");
    assertThat(result.status()).isZero();
    assertThat(result.lines()).contains("#ifndef __VMLINUX_H__");
  }

  @Test
  @Requires(Facility.TRACEFS)
  void runs() {
    var result = ebpf4j("run", "examples/hello/hello.bpf.o", "--duration", "10ms");
    assertThat(result.status()).isZero();
    assertThat(result.lines()).anyMatch(line -> line.contains("attached to tracepoint"));
  }
}
