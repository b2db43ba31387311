package org.ebpf4j.linux.internal.query;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The units of the perf subsystem, which have events of their own.
final class PerfUnits {
  private static final Path DIRECTORY = Path.of("/sys/bus/event_source/devices");

  private PerfUnits() {}

  /// The name of the unit with that number, such as `cpu_clock`; empty where there is none.
  static String name(int type) {
    try (var units = Files.newDirectoryStream(DIRECTORY)) {
      for (var unit : units) {
        if (Files.readString(unit.resolve("type")).strip().equals(Integer.toString(type))) {
          return String.valueOf(unit.getFileName());
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // No unit is found where none can be looked at.
    }
    return "";
  }
}
