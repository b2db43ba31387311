package org.ebpf4j.linux.internal.query;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What `/proc/self/fdinfo` says of a descriptor: a name and a value on each line.
///
/// @param lines none where there is no `/proc`
record DescriptorFields(List<String> lines) {
  /// Those of a descriptor of this process.
  static DescriptorFields of(int fd) {
    try {
      return of(
          new String(
              Files.readAllBytes(Path.of("/proc/self/fdinfo/" + fd)), StandardCharsets.ISO_8859_1));
    } catch (IOException _) {
      return new DescriptorFields(List.of());
    }
  }

  static DescriptorFields of(String file) {
    return new DescriptorFields(file.lines().toList());
  }

  /// The value of a field; empty where it is not there.
  Optional<String> text(String name) {
    // Asked of each object of a long list, where the JVM has compiled nothing yet.
    for (var line : lines) {
      if (line.startsWith(name) && line.startsWith(":", name.length())) {
        return Optional.of(line.substring(name.length() + 1).strip());
      }
    }
    return Optional.empty();
  }

  /// The value of a field that is a number.
  OptionalLong number(String name) {
    var text = text(name);
    return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.get()));
  }
}
