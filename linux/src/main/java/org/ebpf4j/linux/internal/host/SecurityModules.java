package org.ebpf4j.linux.internal.host;

import java.util.Arrays;
import org.ebpf4j.error.UnsupportedFeatureException;

/// The security modules that the kernel asks, in their order.
public final class SecurityModules {
  private static final String LIST = "/sys/kernel/security/lsm";

  private SecurityModules() {}

  /// Looks whether programs are among them. Where they are not, the kernel attaches programs all
  /// the same, and never runs them. Where securityfs is not mounted nobody can tell.
  ///
  /// @param what the attempt, for the message
  /// @throws UnsupportedFeatureException where they are not
  public static void requireBpf(String what) {
    var modules = ProcFile.value(LIST).orElse("bpf");
    if (!Arrays.asList(modules.split(",")).contains("bpf")) {
      throw new UnsupportedFeatureException(
          "BPF LSM",
          "5.7",
          what
              + ": the kernel would never run it: its security modules are "
              + modules
              + " ("
              + LIST
              + "), without bpf"
              + "\n  try: boot it with lsm="
              + modules
              + ",bpf on its command line; or watch only, by an fentry or kprobe program on"
              + " security_HOOK");
    }
  }
}
