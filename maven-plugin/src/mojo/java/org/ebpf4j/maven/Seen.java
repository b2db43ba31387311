package org.ebpf4j.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What a goal was done with, as text that is compared with that of the next build.
final class Seen {
  private Seen() {}

  /// @param folders whose files are looked at, by size and time
  static String of(Properties properties, List<Path> folders) throws IOException {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(properties).forEach((key, value) -> text.append(key + "=" + value + "\n"));
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        text.append(folder).append(" is not there\n");
        continue;
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Seen::counts).sorted().toList()) {
          text.append(file)
              .append(' ')
              .append(Files.size(file))
              .append(' ')
              .append(Files.getLastModifiedTime(file).toMillis())
              .append('\n');
        }
      }
    }
    return text.toString();
  }

  private static boolean counts(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file)
        && (name.endsWith(".bpf.o")
            || name.endsWith(".c")
            || name.endsWith(".h")
            || name.endsWith(".java"));
  }
}
