package org.ebpf4j.linux.internal.host;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The unit of the perf subsystem that makes uprobes, in kernels since 4.17.
///
/// @param type the type of perf event that is one of its
/// @param returnBit the bit of `config` that asks for a return probe
/// @param counterShift by how many bits the place of a counter is shifted in `config`; empty where
///   the kernel does not count (before 4.20)
public record UprobeUnit(int type, int returnBit, OptionalInt counterShift) {
  private static final Path DIRECTORY = Path.of("/sys/bus/event_source/devices/uprobe");

  private static volatile @Nullable UprobeUnit known;

  /// The unit, where there is one.
  public static Optional<UprobeUnit> find() {
    var unit = known;
    if (unit == null) {
      var type = number("type", "");
      var bit = number("format/retprobe", "config:");
      if (type.isEmpty() || bit.isEmpty()) {
        return Optional.empty();
      }
      unit =
          new UprobeUnit(
              type.getAsInt(), bit.getAsInt(), number("format/ref_ctr_offset", "config:"));
      known = unit;
    }
    return Optional.of(unit);
  }

  /// The number behind `prefix`, up to what is no digit: files say `6`, `config:0`, `config:32-63`.
  private static OptionalInt number(String file, String prefix) {
    var text = ProcFile.text(DIRECTORY.resolve(file)).map(String::strip).orElse("");
    var digits = text.startsWith(prefix) ? text.substring(prefix.length()).split("-")[0] : "";
    return digits.matches("\\d{1,9}")
        ? OptionalInt.of(Integer.parseInt(digits))
        : OptionalInt.empty();
  }
}
