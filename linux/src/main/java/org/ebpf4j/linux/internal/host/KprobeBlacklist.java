package org.ebpf4j.linux.internal.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.ebpf4j.linux.internal.sys.PrivateMount;

/// The kernel's list of code that no kprobe may be in: what probes themselves run, and what runs
/// where an exception cannot be taken. debugfs has it, which is mounted for this process alone
/// where it is nowhere.
public final class KprobeBlacklist {
  private static final Path FILE = Path.of("kprobes/blacklist");

  private KprobeBlacklist() {}

  /// Whether a function is on it; empty where the list cannot be read.
  public static Optional<Boolean> contains(String symbol) {
    return text().map(text -> contains(text, symbol));
  }

  /// Lines are such as `0xffffffff810001e0-0xffffffff81000213\tnmi_handle`.
  static boolean contains(String text, String symbol) {
    return text.lines().anyMatch(line -> line.endsWith("\t" + symbol));
  }

  private static Optional<String> text() {
    var mounted = Mounts.read().pointOf("debugfs").map(point -> point.resolve(FILE));
    if (mounted.isPresent() && Files.exists(mounted.get())) {
      return ProcFile.text(mounted.get());
    }
    var own = PrivateMount.of("debugfs");
    if (!own.ok()) {
      return Optional.empty();
    }
    try (var mount = own.fd()) {
      return ProcFile.text(
          Path.of("/proc/self/fd", Integer.toString(mount.number())).resolve(FILE));
    }
  }
}
