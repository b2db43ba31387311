package org.ebpf4j.linux.attach;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the tests of kernel probes trigger: a marked thread opens a file, once.
final class OpenedFile {
  /// The function of the kernel that serves it, on all kernels since 5.6.
  static final String FUNCTION = "do_sys_openat2";

  /// The lines of `/proc/kallsyms`, read once: on an emulated machine that takes seconds.
  private static @Nullable List<String> lines;

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

  /// The lines of `/proc/kallsyms`, as root reads them.
  static synchronized List<String> lines() throws IOException {
    var known = lines;
    if (known == null) {
      known = Files.readAllLines(Path.of("/proc/kallsyms"), StandardCharsets.ISO_8859_1);
      lines = known;
    }
    return known;
  }

  /// The symbols: address, kind, name and, of those of a module, that.
  static List<String[]> symbols() throws IOException {
    return lines().stream().map(OpenedFile::symbol).toList();
  }

  private static String[] symbol(String line) {
    var kind = line.indexOf(' ') + 1;
    var tab = line.indexOf('\t');
    var address = line.substring(0, kind - 1);
    var letter = line.substring(kind, kind + 1);
    return tab < 0
        ? new String[] {address, letter, line.substring(kind + 2)}
        : new String[] {address, letter, line.substring(kind + 2, tab), line.substring(tab + 1)};
  }

  /// Whether the kernel itself has a function of that name.
  static boolean isFunction(String name) throws IOException {
    return lines().stream()
        .anyMatch(line -> line.endsWith(" T " + name) || line.endsWith(" t " + name));
  }

  /// The address of a function of the kernel.
  static long address(String function) throws IOException {
    return lines().stream()
        .filter(line -> line.endsWith(" T " + function) || line.endsWith(" t " + function))
        .map(line -> Long.parseUnsignedLong(line.substring(0, line.indexOf(' ')), 16))
        .findFirst()
        .orElseThrow();
  }
}
