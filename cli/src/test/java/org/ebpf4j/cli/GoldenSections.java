package org.ebpf4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A committed file of texts that people read, each under its title.
final class GoldenSections {
  private GoldenSections() {}

  /// The texts by their titles, in the order of the file; none where there is no file.
  static Map<String, String> read(Path file) throws IOException {
    var sections = new LinkedHashMap<String, String>();
    if (Files.exists(file)) {
      for (var part : Files.readString(file).split("(?m)^=== ")) {
        if (!part.isEmpty()) {
          var end = part.indexOf('\n');
          sections.put(part.substring(0, end), part.substring(end + 1));
        }
      }
    }
    return sections;
  }

  /// Writes the file anew.
  static void write(Path file, Map<String, String> sections) throws IOException {
    var text = new StringBuilder();
    sections.forEach(
        (title, section) -> text.append("=== ").append(title).append('\n').append(section));
    Files.writeString(file, text);
  }
}
