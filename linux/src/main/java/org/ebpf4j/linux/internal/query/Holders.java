package org.ebpf4j.linux.internal.query;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Processes that hold objects of the kernel, found by the descriptors in `/proc` that this process
/// may read.
public final class Holders {
  private Holders() {}

  /// A process that has a descriptor of a link: `process 1234 (java)`; empty where none is found,
  /// as where only a pin holds it.
  public static Optional<String> ofLink(int id) {
    var line = "link_id:\t" + id;
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : processes) {
        if (holds(process, line)) {
          return Optional.of("process " + process.getFileName() + " (" + command(process) + ")");
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // Nobody is found where nobody can be looked at.
    }
    return Optional.empty();
  }

  private static boolean holds(Path process, String line) {
    try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (var descriptor : descriptors) {
        if (isLink(descriptor)
            && Files.readString(
                    process.resolve("fdinfo").resolve(descriptor.getFileName()),
                    StandardCharsets.ISO_8859_1)
                .lines()
                .anyMatch(line::equals)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // Gone meanwhile, or another user's.
      return false;
    }
    return false;
  }

  private static boolean isLink(Path descriptor) {
    try {
      var target = Files.readSymbolicLink(descriptor).toString();
      return target.contains("bpf_link") || target.contains("bpf-link");
    } catch (IOException _) {
      return false;
    }
  }

  private static String command(Path process) {
    try {
      return Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException _) {
      return "gone";
    }
  }
}
