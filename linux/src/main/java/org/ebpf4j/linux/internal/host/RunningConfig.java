package org.ebpf4j.linux.internal.host;

import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.load.KernelConfig;

/// How the running kernel was configured when it was built.
public final class RunningConfig {
  private RunningConfig() {}

  /// What distributions put beside the kernel, or else the kernel has in itself.
  ///
  /// @throws org.ebpf4j.error.BpfException where there is neither, or what is there cannot be read
  public static KernelConfig read() {
    return KernelConfig.read(
        List.of(Path.of("/boot/config-" + KernelRelease.name()), Path.of("/proc/config.gz")));
  }
}
