package org.ebpf4j.linux.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ebpf4j.linux.internal.sys.TestCalls;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// What a token is worth: a process without privileges gets one, through a bpffs of its own that
/// this one, which has them, lets delegate them.
@KernelTest
@RequiresKernel(value = "6.9", because = "tokens")
@Requires(Facility.UNSHARE)
class TokenDelegationTest {
  private static Process start() throws IOException {
    return new ProcessBuilder(
            "unshare",
            "-U",
            "-r",
            "-m",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            TokenHolder.class.getName())
        .redirectErrorStream(true)
        .start();
  }

  private static void delegate(Process child, BufferedReader output) throws IOException {
    var line = String.valueOf(output.readLine());
    assertThat(line).matches("filesystem=\\d+");
    var number = Integer.parseInt(line.substring(line.indexOf('=') + 1));
    try (var filesystem = TestCalls.descriptorOf(child.pid(), number)) {
      for (var what : List.of("cmds", "maps", "progs", "attachs")) {
        TestCalls.setOption(filesystem, "delegate_" + what, "any");
      }
      TestCalls.create(filesystem);
    }
    try (var input = child.outputWriter()) {
      input.write("go\n");
    }
  }

  @Test
  void standsForPrivileges() throws Exception {
    var child = start();
    try (var output = child.inputReader()) {
      delegate(child, output);
      var lines = output.lines().toList();
      assertThat(child.waitFor()).as("%s", lines).isZero();
      assertThat(lines).contains("alone=1,1", "with_token=0,0");
      assertThat(lines)
          .containsAll(
              Stream.of(
                      KernelFeature.PROGRAM_NAMES,
                      KernelFeature.GLOBAL_DATA,
                      KernelFeature.BTF_ENUM64,
                      KernelFeature.MMAPABLE_ARRAYS,
                      KernelFeature.PROBE_READ_KERNEL,
                      KernelFeature.CONTEXT_TAG)
                  .map(feature -> "feature " + feature + "=true")
                  .toList());
    } finally {
      child.destroyForcibly();
    }
  }
}
