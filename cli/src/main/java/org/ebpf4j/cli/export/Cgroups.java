package org.ebpf4j.cli.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.jspecify.annotations.Nullable;

/// The paths of cgroups by their ids: the number of a cgroup's directory in the cgroup file system.
/// One whose directory is gone keeps its path for whoever asks for its id. Any thread may use it.
final class Cgroups {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");

  private static final Path USUAL = Path.of("/sys/fs/cgroup");

  private static final long MAX_KNOWN = 100_000;

  private final Path root;
  private final Duration pause;
  private Map<Long, Path> known = new HashMap<>();
  private long read;
  private boolean everRead;

  /// @param root where the cgroup file system is
  /// @param pause how long an id that is in no directory is not looked for again
  Cgroups(Path root, Duration pause) {
    this.root = root;
    this.pause = pause;
  }

  /// Those of this machine: where a cgroup file system of version 2 is mounted, or at its usual
  /// place.
  static Cgroups ofMachine() {
    return new Cgroups(mount(), Duration.ofSeconds(1));
  }

  private static Path mount() {
    try (var lines = Files.lines(MOUNTS, StandardCharsets.ISO_8859_1)) {
      return lines
          .map(line -> line.split(" ", 4))
          .filter(words -> words.length == 4 && words[2].equals("cgroup2"))
          .map(words -> Path.of(words[1]))
          .findFirst()
          .orElse(USUAL);
    } catch (IOException | java.io.UncheckedIOException _) {
      return USUAL;
    }
  }

  /// The path of a cgroup, in full; empty where there is none of that id, now or before.
  synchronized Optional<Path> path(long id) {
    var path = known.get(id);
    if (path == null && mayRead()) {
      refresh();
      path = known.get(id);
    }
    return Optional.ofNullable(path);
  }

  private boolean mayRead() {
    return !everRead || System.nanoTime() - read > pause.toNanos();
  }

  private void refresh() {
    var now = current();
    if (known.size() + now.size() > MAX_KNOWN) {
      known = new HashMap<>();
    }
    known.putAll(now);
    read = System.nanoTime();
    everRead = true;
  }

  /// Those that are there now, with their ids.
  ///
  /// @throws BpfException where there is no such file system, or it may not be read
  Map<Long, Path> current() {
    var found = new HashMap<Long, Path>();
    try {
      Files.walkFileTree(root, new Walk(found));
    } catch (IOException e) {
      throw FileError.of(root, "listed", e);
    }
    return found;
  }

  /// Directories come and go while others are looked at.
  private final class Walk extends SimpleFileVisitor<Path> {
    private final Map<Long, Path> found;

    Walk(Map<Long, Path> found) {
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      try {
        found.put((Long) Files.getAttribute(directory, "unix:ino"), directory);
      } catch (java.nio.file.NoSuchFileException _) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException problem) throws IOException {
      if (file.equals(root)) {
        throw problem;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem) {
      return FileVisitResult.CONTINUE;
    }
  }
}
