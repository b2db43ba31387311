package org.ebpf4j.vm.coverage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Source files as they are found below some folders.
record SourceFiles(List<Path> roots) {
  private static final long MOST = 4 << 20;

  /// The lines of a file; empty where it is not found, or is not what the programs were made of.
  Optional<List<String>> find(FileCoverage file) {
    Path path;
    try {
      path = Path.of(file.path()).normalize();
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
    return roots.stream()
        .flatMap(root -> Stream.of(root.resolve(path), root.resolve(path.getFileName())))
        .map(SourceFiles::read)
        .flatMap(Optional::stream)
        .filter(lines -> fits(lines, file))
        .findFirst();
  }

  private static Optional<List<String>> read(Path path) {
    try {
      if (!Files.isRegularFile(path) || Files.size(path) > MOST) {
        return Optional.empty();
      }
      // Any bytes are text that way.
      return Optional.of(Files.readString(path, StandardCharsets.ISO_8859_1).lines().toList());
    } catch (IOException _) {
      // Whether it is there is all that is asked.
      return Optional.empty();
    }
  }

  private static boolean fits(List<String> lines, FileCoverage file) {
    return file.lines().stream()
        .allMatch(line ->
            line.number() <= lines.size()
                && (isForeign(line.text())
                    || lines.get(line.number() - 1).strip().equals(line.text().strip())));
  }

  /// Whether a line has characters that are several bytes, which are not compared.
  private static boolean isForeign(String text) {
    return text.chars().anyMatch(c -> c >= 0x80);
  }
}
