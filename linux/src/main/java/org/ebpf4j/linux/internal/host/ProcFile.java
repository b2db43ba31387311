package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Small files of `/proc` and `/sys`. Their size is not known before they are read, and names in
/// them need not be UTF-8.
final class ProcFile {
  private ProcFile() {}

  /// The whole text, or empty where the file is missing or may not be read.
  static Optional<String> text(Path path) {
    try {
      return Optional.of(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// The text without surrounding white space.
  static Optional<String> value(String path) {
    return text(Path.of(path)).map(String::strip);
  }

  /// The lines, or none.
  static List<String> lines(String path) {
    return text(Path.of(path)).map(t -> t.lines().toList()).orElse(List.of());
  }
}
