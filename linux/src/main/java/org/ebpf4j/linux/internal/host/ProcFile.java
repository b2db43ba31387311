package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;

/// Small files of `/proc` and `/sys`. Their size is not known before they are read, and names in
/// them need not be UTF-8.
final class ProcFile {
  private ProcFile() {}

  /// The whole text, or empty where the file is missing or may not be read.
  ///
  /// @throws KernelException where this process, or the machine, has too many files open: that says
  ///   nothing of this file
  static Optional<String> text(Path path) {
    try {
      return Optional.of(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      var errno = tooManyFiles(e);
      if (errno != 0) {
        throw OpenFiles.exhausted(path.toString(), "open", errno);
      }
      return Optional.empty();
    }
  }

  /// `EMFILE` or `ENFILE` where that is what the C library says, else 0.
  static int tooManyFiles(IOException e) {
    var reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null || !reason.startsWith("Too many open files")
        ? 0
        : reason.endsWith("in system") ? Errno.ENFILE : Errno.EMFILE;
  }

  /// The text without surrounding white space.
  static Optional<String> value(String path) {
    return text(Path.of(path)).map(String::strip);
  }

  /// The lines, or none.
  static List<String> lines(String path) {
    return text(Path.of(path)).map(t -> t.lines().toList()).orElse(List.of());
  }
}
