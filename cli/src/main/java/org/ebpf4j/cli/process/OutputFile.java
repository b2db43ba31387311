package org.ebpf4j.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;

/// A file that is written as a whole or not at all; what was there is replaced.
public final class OutputFile {
  private OutputFile() {}

  /// The file itself, where the name is a link to it; what is no file is not replaced by one.
  public static Path target(Path path) {
    try {
      var target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
      if (Files.exists(target) && !Files.isRegularFile(target)) {
        throw new BpfException(path + ": not a file, and not replaced by one");
      }
      return target;
    } catch (IOException e) {
      throw FileError.of(path, "written", e);
    }
  }

  /// Refuses a file that cannot be written: one is made beside it and taken away again.
  public static void check(Path path) {
    var target = target(path);
    try {
      Files.delete(Files.createTempFile(target.getParent(), ".ebpf4j", ".tmp"));
    } catch (IOException e) {
      throw FileError.of(path, "written", e);
    }
  }

  /// Writes a file beside the target and gives it the target's name. A signal waits until the file
  /// is whole, so that none of it is left beside it.
  public static void write(Path target, byte[] bytes) {
    Interrupt.onSignal(() -> {});
    var beside =
        target.resolveSibling(
            "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      try {
        Files.write(beside, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException e) {
      throw FileError.of(target, "written", e);
    }
  }
}
