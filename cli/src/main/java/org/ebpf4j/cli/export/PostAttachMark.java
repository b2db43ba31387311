package org.ebpf4j.cli.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;

/// What stands for the function `post_attach_mark` of ebpf_exporter, which that calls once when all
/// programs are attached: programs on it put the first values into maps. The JVM has no function of
/// that name; `sched_yield` of its C library, in the one thread that attaches, is as good, for that
/// thread calls it when it is told to.
final class PostAttachMark {
  /// The section that ebpf_exporter's programs name.
  static final String SECTION = "uprobe//proc/self/exe:post_attach_mark";

  private static final Path MAPPINGS = Path.of("/proc/self/maps");

  private static final Path THREAD = Path.of("/proc/thread-self");

  /// A mapped file that is a C library: glibc's by both of its names, or musl's.
  private static final Pattern LIBRARY =
      Pattern.compile(".* (/.*/(?:libc\\.so\\.6|libc-[0-9.]+\\.so|(?:ld|libc)[-.]musl-[^/]*))");

  private PostAttachMark() {}

  /// The place for `--attach` of a program on the mark, for marks of the thread that asks.
  static String place() {
    try {
      var thread = Files.readSymbolicLink(THREAD).getFileName();
      return "uprobe:" + library() + ":sched_yield,pid=" + thread;
    } catch (IOException e) {
      throw FileError.of(THREAD, "read", e);
    }
  }

  private static String library() {
    try (var lines = Files.lines(MAPPINGS, StandardCharsets.UTF_8)) {
      return lines
          .map(LIBRARY::matcher)
          .filter(m -> m.matches())
          .map(m -> m.group(1))
          .findFirst()
          .orElseThrow(() ->
              new BpfException(
                  "no C library is mapped into this process, and '"
                      + SECTION
                      + "' has no place; --attach says one"));
    } catch (IOException e) {
      throw FileError.of(MAPPINGS, "read", e);
    }
  }

  /// Has the programs run that are attached to the mark of this thread.
  @SuppressWarnings("ThreadPriorityCheck") // The call is the mark; nothing waits for it.
  static void reach() {
    Thread.yield();
  }
}
