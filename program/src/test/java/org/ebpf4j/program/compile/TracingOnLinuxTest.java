package org.ebpf4j.program.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;

/// Structures of the kernel are read where the running kernel has their members.
@KernelTest
class TracingOnLinuxTest {
  @Test
  void readsTheParentOfAProcess() throws IOException, InterruptedException {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(JavaPrograms.compile(Tracing.class));
        var _ = object.program("executed").attach();
        var _ = object.program("probed").attach()) {
      assertThat(new ProcessBuilder("true").start().waitFor()).isZero();
      assertThat(object.variable("parent").get()).isPositive();
      assertThat(object.variable("probed").get()).isPositive();
      assertThat(object.variable("missing").get()).isZero();
    }
  }
}
