package org.ebpf4j.junit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.load.TypesFile;
import org.jspecify.annotations.Nullable;

/// Files that tests name: beside the test class, on the class path, or in the file system.
final class Resources {
  private Resources() {}

  /// The bytes of a file.
  ///
  /// @throws BpfException where there is none; says where it was looked for
  static byte[] read(Class<?> test, String name) {
    try (var stream = open(test, name)) {
      if (stream != null) {
        return stream.readAllBytes();
      }
      var path = path(name);
      if (path != null && Files.isRegularFile(path)) {
        return Files.readAllBytes(path);
      }
    } catch (IOException e) {
      throw new BpfException("file '" + name + "' cannot be read: " + e.getMessage(), e);
    }
    throw new BpfException(
        "there is no file '"
            + name
            + "': not beside "
            + test.getName()
            + " ("
            + test.getPackageName().replace('.', '/')
            + "/), not on the class path, and not in "
            + Path.of("").toAbsolutePath()
            + "\n  try: a file below src/test/resources, or a path");
  }

  private static @Nullable InputStream open(Class<?> test, String name) {
    var beside = test.getResourceAsStream(name);
    return beside != null || name.startsWith("/") ? beside : test.getResourceAsStream("/" + name);
  }

  private static @Nullable Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException _) {
      return null;
    }
  }

  /// The types in a file.
  ///
  /// @throws BpfException where there is none, or it holds none
  static Btf types(Class<?> test, String name) {
    try {
      var copy = Files.createTempFile("ebpf4j", ".btf");
      try {
        return TypesFile.read(Files.write(copy, read(test, name)));
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new BpfException("types of '" + name + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /// The last part of a path.
  static String fileName(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
