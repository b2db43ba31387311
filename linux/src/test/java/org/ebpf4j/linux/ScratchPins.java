package org.ebpf4j.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.ebpf4j.testkit.Facility;
import org.junit.jupiter.api.Assumptions;

/// A directory of a test's own in the bpffs, which goes with everything in it. Where no bpffs is
/// mounted, the test that wants it is skipped.
record ScratchPins(Path directory) implements AutoCloseable {
  static ScratchPins create() {
    Facility.BPFFS.missing().ifPresent(Assumptions::abort);
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
