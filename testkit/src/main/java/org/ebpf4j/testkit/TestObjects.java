package org.ebpf4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The objects that clang made of the programs in `src/main/resources/bpf`, each committed beside
/// its source.
public final class TestObjects {
  private TestObjects() {}

  /// The bytes of `NAME.bpf.o`.
  public static byte[] bytes(String name) {
    try (var stream = TestObjects.class.getResourceAsStream("/bpf/" + name + ".bpf.o")) {
      if (stream == null) {
        throw new IllegalArgumentException("no test object " + name);
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file with those bytes, named `NAME.bpf.o` without folders, gone with the JVM.
  public static Path file(String name) {
    try {
      var directory = Files.createTempDirectory("ebpf4j-test");
      var file = directory.resolve(name.substring(name.lastIndexOf('/') + 1) + ".bpf.o");
      Files.write(file, bytes(name));
      directory.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The bytes of a program or library of `src/main/resources/user`.
  public static byte[] programBytes(String name) {
    try (var stream = TestObjects.class.getResourceAsStream("/user/" + name)) {
      if (stream == null) {
        throw new IllegalArgumentException("no test program " + name);
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A new file that can be run, which is that program; gone with the JVM.
  public static Path program(String name) {
    try {
      var directory = Files.createTempDirectory("ebpf4j-program");
      var file = Files.write(directory.resolve(name), programBytes(name));
      if (!file.toFile().setExecutable(true)) {
        throw new IOException(file + " cannot be made executable");
      }
      directory.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file of the folder `examples`, by its path in there.
  public static Path example(String path) {
    for (var root = Path.of("").toAbsolutePath(); root != null; root = root.getParent()) {
      var file = root.resolve("examples").resolve(path);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new IllegalStateException(
        "no examples/" + path + " above " + Path.of("").toAbsolutePath());
  }
}
