package org.ebpf4j.junit;

import java.util.Locale;
import java.util.Optional;
import org.ebpf4j.Kernel;
import org.ebpf4j.error.NotMountedException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.LinuxKernel;

/// Opens this machine's kernel. Its class is the only one that wants the module of Linux.
final class LinuxOpening {
  private LinuxOpening() {}

  /// Why this JVM cannot have it at all; empty where it may try.
  static Optional<String> obstacle() {
    var system = System.getProperty("os.name", "");
    if (!system.toLowerCase(Locale.ROOT).startsWith("linux")) {
      return Optional.of("this is " + system + ", no Linux");
    }
    try {
      Class.forName("org.ebpf4j.linux.LinuxKernel", false, LinuxOpening.class.getClassLoader());
      return Optional.empty();
    } catch (ClassNotFoundException _) {
      return Optional.of("there is no ebpf4j-linux among the dependencies of the tests");
    }
  }

  static Kernel open() {
    return LinuxKernel.open();
  }

  /// Whether a failure says that this machine does not let the test run, as it would elsewhere.
  static boolean isOfMachine(Throwable failure) {
    return failure instanceof PermissionException
        || failure instanceof UnsupportedFeatureException
        || failure instanceof NotMountedException
        || failure instanceof IllegalCallerException;
  }
}
