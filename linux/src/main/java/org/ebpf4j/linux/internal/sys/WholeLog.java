package org.ebpf4j.linux.internal.sys;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.FileError;

/// All of a verifier's log, written to a file. The kernel writes into pages of a temporary file, so
/// that none of it is in the memory of this process.
public final class WholeLog {
  private static final long FIRST = 16 << 20;

  /// The largest buffer that a kernel takes (`UINT_MAX >> 2`).
  private static final long MOST = (1L << 30) - 1;

  private WholeLog() {}

  /// Adds the log of a program that was rejected to the end of a file. Where not all of it was
  /// kept, the program is loaded once more, for its log alone.
  ///
  /// @param outcome what came of the load
  /// @throws org.ebpf4j.error.BpfException where the file cannot be written
  public static void append(
      Path file, ProgramLoad.Outcome outcome, ProgramLoad load, int logLevel) {
    if (outcome.kept() == ProgramLoad.Kept.ALL) {
      try {
        Files.writeString(
            file, outcome.log(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw FileError.of(file, "written", e);
      }
      return;
    }
    append(file, load, logLevel, outcome.neededLogSize());
  }

  private static void append(Path file, ProgramLoad load, int logLevel, long neededSize) {
    try (var out = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      var directory = file.toAbsolutePath().getParent();
      var temporary =
          Files.isRegularFile(file) && directory != null
              ? Files.createTempFile(directory, ".ebpf4j-log", "")
              : Files.createTempFile("ebpf4j-log", "");
      try (var pages =
          FileChannel.open(temporary, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE))) {
        Files.delete(temporary);
        var length = fill(load, logLevel, neededSize, pages);
        if (Files.isRegularFile(file)) {
          out.position(out.size());
        }
        copy(pages, length, out);
      }
    } catch (IOException e) {
      throw FileError.of(file, "written", e);
    }
  }

  /// How many bytes of log there are then.
  private static long fill(ProgramLoad load, int logLevel, long neededSize, FileChannel pages)
      throws IOException {
    var size = neededSize > 0 ? Math.min(MOST, neededSize) : FIRST;
    while (true) {
      try (var arena = Arena.ofShared()) {
        var log = pages.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
        var result = Bpf.progLoad(load, logLevel, log);
        if (result.ok()) {
          result.fd().close();
        }
        if (result.errno() != Errno.ENOSPC || size == MOST) {
          return length(log);
        }
      }
      size = Math.min(MOST, size * 4);
    }
  }

  private static long length(MemorySegment log) {
    for (long i = 0; i < log.byteSize(); i++) {
      if (log.get(ValueLayout.JAVA_BYTE, i) == 0) {
        return i;
      }
    }
    return log.byteSize();
  }

  private static void copy(FileChannel from, long length, FileChannel to) throws IOException {
    for (long done = 0; done < length; ) {
      done += from.transferTo(done, length - done, to);
    }
  }
}
