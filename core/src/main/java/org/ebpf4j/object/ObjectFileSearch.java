package org.ebpf4j.object;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.NearestNames;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.SafeText;

/// What there is in place of an object file that is not there.
final class ObjectFileSearch {
  private ObjectFileSearch() {}

  /// What to throw for a file that is missing: with the source that it could be compiled from, or
  /// the object files beside it.
  static BpfException missing(Path file, NoSuchFileException cause) {
    var directory = file.toAbsolutePath().getParent();
    var name = file.getFileName();
    if (directory == null || name == null) {
      return FileError.of(file, "read", cause);
    }
    var source = directory.resolve(name.toString().replaceFirst("\\.o$", ".c"));
    if (!source.equals(file.toAbsolutePath()) && Files.exists(source)) {
      return with(
          file,
          "compile it: clang -g -O2 -target bpf -c " + source.getFileName() + " -o " + name,
          cause);
    }
    if (!Files.isDirectory(directory)) {
      return with(file, "look at the path: there is no directory " + directory, cause);
    }
    var near = near(directory, name.toString());
    return with(
        file,
        near.isEmpty()
            ? "look at the path: " + directory + " has no object files of such a name"
            : "did you mean " + String.join(", ", near) + "?",
        cause);
  }

  private static List<String> near(Path directory, String name) {
    try (var files = Files.list(directory)) {
      var names = files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".o")).toList();
      return NearestNames.of(name, names);
    } catch (IOException _) {
      return List.of();
    }
  }

  private static NotFoundException with(Path file, String advice, IOException cause) {
    return NotFoundException.withMessage(
        file.toString(),
        SafeText.line(file.toString()) + ": no such file\n  try: " + SafeText.line(advice),
        cause);
  }
}
