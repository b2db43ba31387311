package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.jspecify.annotations.Nullable;

/// A buffer of tracefs of our own (`instances/NAME`), which what programs print is copied to: it
/// takes nothing from other readers, nor they from it.
public final class TraceInstance implements AutoCloseable {
  private static final int REMOVAL_ATTEMPTS = 100;
  private static final long REMOVAL_PAUSE = 10_000_000;
  private static final Pattern NAME = Pattern.compile("ebpf4j-(\\d{1,18})-\\d+");
  private static final String EVENT = "events/bpf_trace/bpf_trace_printk";

  /// For each CPU; about a third of what the kernel takes by itself.
  private static final String BUFFER_KILOBYTES = "512";

  private static final int MAX_ATTEMPTS = 1000;

  private final Tracefs tracefs;
  private final Path path;

  private TraceInstance(Tracefs tracefs, Path path) {
    this.tracefs = tracefs;
    this.path = path;
  }

  /// What came of an attempt: an instance to own, or why there is none.
  ///
  /// @param instance the instance
  /// @param problem why not, in the middle of a sentence; empty where there is one
  public record Outcome(@Nullable TraceInstance instance, String problem) {}

  /// Makes one that gets what programs print from now on, and closes `tracefs` in the end. Removes
  /// those that processes left behind which were killed.
  public static Outcome create(Tracefs tracefs) {
    var instances = tracefs.root().resolve("instances");
    if (!Files.isDirectory(instances)) {
      return new Outcome(null, tracefs.shown(instances) + " does not exist");
    }
    removeLeftovers(instances);
    try {
      return make(tracefs, instances);
    } catch (IOException e) {
      return new Outcome(
          null, tracefs.shown(instances) + " takes no new directory: " + FileError.reason(e));
    }
  }

  private static Outcome make(Tracefs tracefs, Path instances) throws IOException {
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      var path = instances.resolve("ebpf4j-" + ProcessHandle.current().pid() + "-" + i);
      try {
        Files.createDirectory(path);
      } catch (FileAlreadyExistsException _) {
        // Another pipe of this process, or one of a process that has the same number elsewhere.
        continue;
      }
      try {
        if (!Files.isDirectory(path.resolve(EVENT))) {
          Files.delete(path);
          return new Outcome(
              null, "programs print to the machine's own buffer only (since 5.9 to others, too)");
        }
        write(path.resolve("buffer_size_kb"), BUFFER_KILOBYTES);
        write(path.resolve(EVENT).resolve("enable"), "1");
        return new Outcome(new TraceInstance(tracefs, path), "");
      } catch (NoSuchFileException _) {
        // Taken for a leftover by somebody who cannot see this process. Another one, then.
      } catch (IOException e) {
        Files.deleteIfExists(path);
        throw e;
      }
    }
    return new Outcome(null, "there are " + MAX_ATTEMPTS + " of this process already");
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
  }

  private static void removeLeftovers(Path instances) {
    for (var leftover : leftovers(instances)) {
      try {
        Files.deleteIfExists(leftover);
      } catch (IOException _) {
        // It is being read: its process is one that cannot be seen from here.
      }
    }
  }

  /// Those of processes that are no more.
  static List<Path> leftovers(Path instances) {
    try (var entries = Files.list(instances)) {
      return entries.filter(TraceInstance::isLeftover).toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  private static boolean isLeftover(Path path) {
    var matcher = NAME.matcher(String.valueOf(path.getFileName()));
    return matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty();
  }

  /// The pipe that its lines come out of.
  public Path tracePipe() {
    return path.resolve("trace_pipe");
  }

  /// Removes it, and closes the tracefs that it is in. Its pipe must be closed. What keeps others
  /// from being removed for a moment is waited for, up to a second.
  ///
  /// @throws BpfException where somebody else has a file of it open
  @Override
  public void close() {
    try (tracefs) {
      remove();
    }
  }

  private void remove() {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.deleteIfExists(path);
        return;
      } catch (IOException e) {
        // A process that is being started has the files of this one open for a moment.
        if (attempt == REMOVAL_ATTEMPTS) {
          var shown = tracefs.shown(path);
          throw new BpfException(
              shown
                  + " could not be removed: "
                  + FileError.reason(e)
                  + "; remove it with: rmdir "
                  + shown,
              e);
        }
        LockSupport.parkNanos(REMOVAL_PAUSE);
      }
    }
  }
}
