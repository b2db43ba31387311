package org.ebpf4j.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/// A directory of a test's own in the bpffs, which goes with everything in it.
record ScratchPins(Path directory) implements AutoCloseable {
  static ScratchPins create() {
    try {
      return new ScratchPins(Files.createTempDirectory(Path.of("/sys/fs/bpf"), "ebpf4j-life-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path at(String name) {
    return directory.resolve(name);
  }

  /// Removes a pin.
  static void unpin(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (var paths = Files.walk(directory)) {
      paths.sorted(Comparator.reverseOrder()).forEach(ScratchPins::unpin);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
