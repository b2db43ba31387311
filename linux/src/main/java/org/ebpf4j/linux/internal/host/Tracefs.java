package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.NotMountedException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.PrivateMount;
import org.ebpf4j.linux.internal.sys.Result;
import org.jspecify.annotations.Nullable;

/// The kernel's filesystem of events and traces: where it is mounted, or below debugfs, which
/// mounts it there when it is entered, or in a mount of this process's own that nobody else sees
/// ([PrivateMount]). Whoever finds it closes it.
public final class Tracefs implements AutoCloseable {
  private static final Path USUAL = Path.of("/sys/kernel/tracing");
  private static final String MOUNT = "mount -t tracefs tracefs " + USUAL;

  private final Path root;
  private final @Nullable Fd mount;

  private Tracefs(Path root, @Nullable Fd mount) {
    this.root = root;
    this.mount = mount;
  }

  /// Finds it, or mounts it for this process alone.
  ///
  /// @param purpose what it is wanted for, as the subject of a sentence
  /// @throws NotMountedException where it is at none of its places, and must not be mounted
  /// @throws UnsupportedFeatureException where the kernel has none
  public static Tracefs find(String purpose) {
    return find(purpose, Mounts.read(), () -> PrivateMount.of("tracefs"));
  }

  static Tracefs find(String purpose, Mounts mounts, Supplier<Result> mounting) {
    // Another mount above may hide it, as that of `ip netns exec` does.
    var own = mounts.pointOf("tracefs").filter(p -> !Files.notExists(p.resolve("events")));
    if (own.isPresent()) {
      return new Tracefs(own.get(), null);
    }
    var below = mounts.pointOf("debugfs").map(p -> p.resolve("tracing"));
    if (below.isPresent() && Files.isDirectory(below.get().resolve("events"))) {
      return new Tracefs(below.get(), null);
    }
    var mounted = mounting.get();
    if (mounted.errno() == Errno.ENODEV) {
      throw new UnsupportedFeatureException(
          "tracefs",
          null,
          purpose + " needs tracefs, which this kernel does not have (CONFIG_FTRACE is not set)");
    }
    if (!mounted.ok()) {
      throw new NotMountedException("tracefs", purpose, mounted.errno(), MOUNT);
    }
    // Paths below the descriptor's are resolved relative to what it stands for.
    return new Tracefs(
        Path.of("/proc/self/fd", String.valueOf(mounted.fd().number())), mounted.fd());
  }

  /// Its root, for as long as this is open.
  public Path root() {
    return root;
  }

  /// How a path below the root is told to people: where others find it, once tracefs is mounted.
  public Path shown(Path path) {
    return mount == null ? path : USUAL.resolve(root.relativize(path));
  }

  /// Whether the mount is this process's own.
  public boolean isPrivate() {
    return mount != null;
  }

  /// Ends a mount of this process's own.
  @Override
  public void close() {
    if (mount != null) {
      mount.close();
    }
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
          tracepoints(tracepoint.category()),
          "",
          "one of available_events of tracefs, or leave the program out (--without)");
    } catch (AccessDeniedException e) {
      throw Refusal.ofFile(
          "tracepoint '" + tracepoint.category() + "/" + tracepoint.name() + "'",
          path,
          Errno.EACCES,
          false);
    } catch (IOException e) {
      throw FileError.of(shown(path), "read", e);
    } catch (NumberFormatException e) {
      throw new BpfException(shown(path) + " holds no number", e);
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
