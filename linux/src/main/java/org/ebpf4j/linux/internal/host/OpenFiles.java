package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;

/// The limit on the open files of a process, which is met by whatever is opened next.
final class OpenFiles {
  private OpenFiles() {}

  /// No more descriptors: the one refusal that says nothing of what was asked for.
  static KernelException exhausted(String what, String command, int errno) {
    return new KernelException(
        command,
        errno,
        what
            + ": "
            + command
            + ": "
            + Errno.describe(errno)
            + (errno == Errno.EMFILE
                ? "\n  try: close what is open, or raise the limit of this process with ulimit -n"
                    + limit().map(n -> " (it is " + n + ")").orElse("")
                : "\n  try: raise the limit of the machine, fs.file-max"));
  }

  /// The limit on the open files of this process, as `/proc` has it; empty where no descriptor is
  /// left to read it.
  private static Optional<String> limit() {
    try {
      return Files.readAllLines(Path.of("/proc/self/limits")).stream()
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.replaceAll("\\s+", " ").split(" ", -1)[3])
          .findFirst();
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
