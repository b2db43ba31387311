package org.ebpf4j.linux.internal.host;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.ebpf4j.error.BpfException;
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

  /// The lockdown mode that the kernel was configured to start in: `integrity`, `confidentiality`,
  /// or an empty string where it is none, or cannot be seen.
  static String forcedLockdown() {
    KernelConfig config;
    try {
      config = read();
    } catch (BpfException _) {
      return "";
    }
    for (var mode : List.of("confidentiality", "integrity")) {
      var name = "CONFIG_LOCK_DOWN_KERNEL_FORCE_" + mode.toUpperCase(Locale.ROOT);
      if (config.value(name).filter("y"::equals).isPresent()) {
        return mode;
      }
    }
    return "";
  }
}
