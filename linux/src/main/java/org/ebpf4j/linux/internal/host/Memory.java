package org.ebpf4j.linux.internal.host;

import java.util.Optional;
import java.util.regex.Pattern;

/// The memory of this machine.
public final class Memory {
  private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d{1,15}) kB");

  private Memory() {}

  /// How many bytes could be had, as the kernel reckons; empty where it does not say.
  public static Optional<Long> available() {
    return ProcFile.lines("/proc/meminfo").stream()
        .map(AVAILABLE::matcher)
        .filter(m -> m.find())
        .map(m -> Long.parseLong(m.group(1)) * 1024)
        .findFirst();
  }
}
