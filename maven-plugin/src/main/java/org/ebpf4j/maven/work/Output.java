package org.ebpf4j.maven.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/// Files that are written: whole or not at all, and only where they change, so that what is made of
/// them need not be made again.
final class Output {
  private Output() {}

  /// Writes a file.
  ///
  /// @return false where it had these bytes
  static boolean write(Path file, byte[] bytes) {
    try {
      if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), bytes)) {
        return false;
      }
      Files.createDirectories(file.getParent());
      var beside = Files.createTempFile(file.getParent(), ".ebpf4j", ".tmp");
      try {
        Files.write(beside, bytes);
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
      return true;
    } catch (IOException e) {
      throw new GoalException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new GoalException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
