package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

@KernelTest
class StructOpsRunTest {
  private static Cli run(String object) {
    return Cli.run("run", TestObjects.file(object), "--duration", "100ms", "--steps");
  }

  private static String available() throws IOException {
    return Files.readString(Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control"));
  }

  @Test
  @RequiresKernel(value = "5.6", because = "struct_ops")
  void mapsOfFunctionsAreRegisteredForAsLongAsItRuns() throws IOException {
    var run = run("load_struct_ops");

    assertThat(run.err())
        .contains("at_once: struct_ops, registered with the kernel")
        .contains("with_more: struct_ops, registered with the kernel")
        .doesNotContain("not attached");
    assertThat(run.status()).isZero();
  }

  @Test
  @RequiresKernel(value = "6.4", because = "links of struct_ops")
  void mapsWithALinkAreToo() throws IOException {
    var run = run("load_struct_ops_link");

    assertThat(run.err()).contains("linked: struct_ops, registered with the kernel");
    assertThat(run.status()).isZero();
    assertThat(available()).doesNotContain("ebpf4j_asked");
  }
}
