package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RunningConfigTest {
  @Test
  void readsThatOfThisKernel() {
    assumeTrue(Files.isReadable(Path.of("/proc/config.gz")), "the kernel does not say what it has");
    assertThat(RunningConfig.read().value("CONFIG_BPF_SYSCALL")).contains("y");
  }
}
