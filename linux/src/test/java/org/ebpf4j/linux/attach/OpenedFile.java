package org.ebpf4j.linux.attach;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// What the tests of kernel probes trigger: a marked thread opens a file, once.
final class OpenedFile {
  /// The function of the kernel that serves it, on all kernels since 5.6.
  static final String FUNCTION = "do_sys_openat2";

  private OpenedFile() {}

  /// Opens and closes a file in a marked thread.
  static void inMarkedThread() throws Exception {
    inMarkedThread("/dev/null");
  }

  static void inMarkedThread(String path) throws Exception {
    MarkedThread.call(() -> {
      FileChannel.open(Path.of(path), StandardOpenOption.READ).close();
      return true;
    });
  }

  /// The lines of `/proc/kallsyms`, as root reads them: address, kind, name and module.
  static List<String[]> symbols() throws IOException {
    return Files.readAllLines(
            Path.of("/proc/kallsyms"), java.nio.charset.StandardCharsets.ISO_8859_1)
        .stream()
        .map(line -> line.split("[\\s\\[\\]]+"))
        .toList();
  }

  /// The address of a function of the kernel.
  static long address(String function) throws IOException {
    return symbols().stream()
        .filter(s -> s.length == 3 && s[2].equals(function))
        .map(s -> Long.parseUnsignedLong(s[0], 16))
        .findFirst()
        .orElseThrow();
  }
}
