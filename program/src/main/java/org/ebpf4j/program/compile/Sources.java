package org.ebpf4j.program.compile;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The text of source files, for messages and line records; what is not known is empty.
final class Sources {
  private final Map<String, List<String>> files = new HashMap<>();

  /// @param texts the text of each file, by its name (`Hello.java`)
  Sources(Map<String, String> texts) {
    texts.forEach((name, text) -> files.put(name, text.lines().toList()));
  }

  String line(String file, int number) {
    var lines = files.getOrDefault(file, List.of());
    return number > 0 && number <= lines.size() ? lines.get(number - 1) : "";
  }
}
