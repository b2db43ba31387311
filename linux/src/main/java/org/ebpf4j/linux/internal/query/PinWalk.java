package org.ebpf4j.linux.internal.query;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.ebpf4j.error.FileError;
import org.ebpf4j.linux.inspect.PinInfo;
import org.ebpf4j.linux.internal.host.Mounts;
import org.ebpf4j.linux.internal.sys.Bpf;

/// Finds all pins below the places where a bpffs is mounted in this mount namespace.
public final class PinWalk {
  private final List<PinInfo> found = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  private PinWalk() {}

  /// All pins, in the order of their paths.
  ///
  /// @throws org.ebpf4j.error.BpfException where a directory may not be read
  public static List<PinInfo> all() {
    var walk = new PinWalk();
    for (var mount : Mounts.read().all()) {
      if (mount.type().equals("bpf")) {
        walk.below(mount.point());
      }
    }
    walk.found.sort(java.util.Comparator.comparing(PinInfo::path));
    return List.copyOf(walk.found);
  }

  private void below(Path point) {
    try {
      Files.walkFileTree(
          point,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes about) {
              // One bpffs may be mounted at several places.
              return seen.add(String.valueOf(about.fileKey()))
                  ? FileVisitResult.CONTINUE
                  : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
              if (about.isRegularFile()) {
                add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof java.nio.file.NoSuchFileException) {
                // Unpinned meanwhile.
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw FileError.of(point, "searched for pins", e);
    } catch (DirectoryIteratorException e) {
      throw FileError.of(point, "searched for pins", Objects.requireNonNull(e.getCause()));
    }
  }

  private void add(Path file) {
    var opened = Bpf.openPin(file.toString());
    if (opened.ok()) {
      try (var fd = opened.fd()) {
        found.add(Pins.info(file, fd));
      }
    } else {
      found.add(new PinInfo(file, "", 0));
    }
  }
}
