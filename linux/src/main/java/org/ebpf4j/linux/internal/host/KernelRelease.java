package org.ebpf4j.linux.internal.host;

/// The release of the running kernel. For messages, and for the one switch that cannot be probed.
///
/// @param major the first number
/// @param minor the second
public record KernelRelease(int major, int minor) {
  /// The running kernel's.
  public static KernelRelease running() {
    return parse(ProcFile.value("/proc/sys/kernel/osrelease").orElse("0.0"));
  }

  static KernelRelease parse(String text) {
    var parts = text.split("[^0-9]+", 3);
    return parts.length >= 2 && !parts[0].isEmpty() && !parts[1].isEmpty()
        ? new KernelRelease(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]))
        : new KernelRelease(0, 0);
  }

  /// Whether it is older than another.
  public boolean isBefore(int otherMajor, int otherMinor) {
    return major < otherMajor || (major == otherMajor && minor < otherMinor);
  }
}
