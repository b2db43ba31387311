package org.ebpf4j.linux.internal.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.linux.internal.host.Privileges;
import org.ebpf4j.linux.internal.host.Privileges.Capability;

/// Why the kernel shows its addresses to this process, or does not: `kernel.kptr_restrict` and
/// `CAP_SYSLOG`.
final class HiddenAddresses {
  private static final Path SETTING = Path.of("/proc/sys/kernel/kptr_restrict");

  private HiddenAddresses() {}

  /// Why they are hidden, and what would help; empty where they are shown.
  static Optional<String> reason() {
    if (setting().equals("2")) {
      return Optional.of(
          "kernel.kptr_restrict is 2, which hides the kernel's addresses from everybody"
              + "\n  try: sysctl kernel.kptr_restrict=1");
    }
    var privileges = Privileges.read();
    var missing = privileges.missing(EnumSet.of(Capability.CAP_SYSLOG));
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the kernel hides its addresses: "
                + privileges.explain(missing)
                + "\n  try: "
                + privileges.mend(missing));
  }

  /// The refusal of what is not given to who does not see addresses.
  static PermissionException refusal(String what) {
    return new PermissionException(
        "OBJ_GET_INFO_BY_FD",
        Errno.EPERM,
        Privileges.read().missing(EnumSet.of(Capability.CAP_SYSLOG)),
        what + ": not given: " + reason().orElse("the kernel hides its addresses"));
  }

  private static String setting() {
    try {
      return Files.readString(SETTING).strip();
    } catch (IOException _) {
      // Without /proc it is not known.
      return "";
    }
  }
}
