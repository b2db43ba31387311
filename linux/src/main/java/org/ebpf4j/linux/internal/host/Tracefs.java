package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.NotMountedException;
import org.ebpf4j.error.PermissionException;

/// The kernel's filesystem of events and traces, at one of the two places where it may be: mounted
/// itself, or below debugfs, which mounts it there when it is entered.
///
/// @param root its root
public record Tracefs(Path root) {
  private static final String MOUNT = "mount -t tracefs tracefs /sys/kernel/tracing";

  /// Finds it.
  ///
  /// @param purpose what it is wanted for, as the subject of a sentence
  /// @throws NotMountedException where it is at neither place
  public static Tracefs find(String purpose) {
    return find(purpose, Mounts.read());
  }

  static Tracefs find(String purpose, Mounts mounts) {
    var own = mounts.pointOf("tracefs");
    if (own.isPresent()) {
      return new Tracefs(own.get());
    }
    var below = mounts.pointOf("debugfs").map(p -> p.resolve("tracing"));
    if (below.isPresent() && Files.isDirectory(below.get().resolve("events"))) {
      return new Tracefs(below.get());
    }
    throw new NotMountedException("tracefs", purpose, MOUNT);
  }

  /// The number that the kernel gives a tracepoint.
  ///
  /// @throws NotFoundException where there is no such tracepoint; offers those near it
  public long id(Tracepoint tracepoint) {
    var path =
        root.resolve("events")
            .resolve(tracepoint.category())
            .resolve(tracepoint.name())
            .resolve("id");
    try {
      return Long.parseLong(
          new String(Files.readAllBytes(path), StandardCharsets.US_ASCII).strip());
    } catch (NoSuchFileException e) {
      throw new NotFoundException(
          "tracepoint",
          tracepoint.category() + "/" + tracepoint.name(),
          tracepoints(tracepoint.category()));
    } catch (AccessDeniedException e) {
      throw new PermissionException(
          "open",
          Errno.EACCES,
          List.of("CAP_DAC_READ_SEARCH"),
          path + " may not be read: tracefs belongs to root; run as root");
    } catch (IOException | NumberFormatException e) {
      throw new BpfException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /// The tracepoints of a category, or, where there is no such category, those of all.
  private List<String> tracepoints(String category) {
    var events = root.resolve("events");
    var own = events.resolve(category);
    var names = new ArrayList<String>();
    for (var directory : Files.isDirectory(own) ? List.of(own) : directories(events)) {
      for (var event : directories(directory)) {
        names.add(directory.getFileName() + "/" + event.getFileName());
      }
    }
    return names;
  }

  private static List<Path> directories(Path parent) {
    try (var entries = Files.list(parent)) {
      return entries.filter(Files::isDirectory).toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  /// The pipe that trace lines come out of; reading takes them.
  public Path tracePipe() {
    return root.resolve("trace_pipe");
  }
}
