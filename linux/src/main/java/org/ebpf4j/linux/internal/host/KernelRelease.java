package org.ebpf4j.linux.internal.host;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The release of the running kernel. For messages, and for the one switch that cannot be probed.
///
/// @param major the first number
/// @param minor the second
public record KernelRelease(int major, int minor) {
  private static final String NUMBERS = "(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})";
  private static final Pattern UBUNTU = Pattern.compile("\\s*\\S+\\s+\\S+\\s+" + NUMBERS);
  private static final Pattern DEBIAN = Pattern.compile("Debian\\s+" + NUMBERS);
  private static final Pattern PLAIN = Pattern.compile("\\s*" + NUMBERS);

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

  /// The name of the release, such as `6.1.0-18-amd64`, which paths are made of.
  public static String name() {
    return ProcFile.value("/proc/sys/kernel/osrelease").orElse("");
  }

  /// `LINUX_VERSION_CODE` of the running kernel, which for the kernels of some distributions
  /// differs from what the name of the release says; 0 where it cannot be told.
  public static int versionCode() {
    return versionCode(
        ProcFile.value("/proc/version_signature").orElse(""),
        ProcFile.value("/proc/sys/kernel/version").orElse(""),
        name());
  }

  /// The code by what Ubuntu says in a file of its own, by what Debian says in the version of the
  /// build, or by the name of the release: the first that is there.
  static int versionCode(String signature, String build, String name) {
    var ubuntu = code(UBUNTU.matcher(signature));
    if (ubuntu != 0) {
      return ubuntu;
    }
    var at = build.indexOf("Debian ");
    var debian = at < 0 ? 0 : code(DEBIAN.matcher(build.substring(at)));
    return debian != 0 ? debian : code(PLAIN.matcher(name));
  }

  private static int code(Matcher matcher) {
    return matcher.lookingAt()
        ? (Integer.parseInt(matcher.group(1)) << 16)
            + (Integer.parseInt(matcher.group(2)) << 8)
            + Math.min(255, Integer.parseInt(matcher.group(3)))
        : 0;
  }

  /// Whether it is older than another.
  public boolean isBefore(int otherMajor, int otherMinor) {
    return major < otherMajor || (major == otherMajor && minor < otherMinor);
  }
}
