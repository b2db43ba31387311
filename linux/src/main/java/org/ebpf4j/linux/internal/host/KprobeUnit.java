package org.ebpf4j.linux.internal.host;

import java.nio.file.Path;
import java.util.OptionalInt;

/// The unit of the perf subsystem that makes kprobes, in kernels since 4.17 that are built with
/// them.
public final class KprobeUnit {
  /// Where the kernel describes it.
  public static final Path DIRECTORY = Path.of("/sys/bus/event_source/devices/kprobe");

  private KprobeUnit() {}

  /// The type of perf event that is one of its, where there is such a unit.
  public static OptionalInt type() {
    return ProcFile.text(DIRECTORY.resolve("type"))
        .map(String::strip)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(text -> OptionalInt.of(Integer.parseInt(text)))
        .orElse(OptionalInt.empty());
  }
}
