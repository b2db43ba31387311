package org.ebpf4j.linux.internal.query;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.host.Mounts;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.jspecify.annotations.Nullable;

/// Where the directories of cgroups are, by the cgroups' ids. For one look at a machine: what was
/// found stays. For one thread.
public final class CgroupPaths {
  private final Optional<Path> root;
  private final Map<Long, String> known = new HashMap<>();
  private boolean everWalked;

  private CgroupPaths(Optional<Path> root) {
    this.root = root;
  }

  /// Those below the place where cgroups of version 2 are mounted.
  public static CgroupPaths ofMachine() {
    return new CgroupPaths(Mounts.read().pointOf("cgroup2"));
  }

  /// Where cgroups of version 2 are mounted; empty where they are not.
  public Optional<Path> root() {
    return root;
  }

  /// The path of a cgroup; empty where it is gone, or is not below the mount.
  public String of(long id) {
    if (id == 0 || root.isEmpty()) {
      return "";
    }
    var path = known.get(id);
    if (path == null) {
      path = byHandle(root.get(), id);
      known.put(id, path);
    }
    return path;
  }

  private String byHandle(Path mount, long id) {
    var directory = FileIo.openDirectory(mount.toString());
    if (!directory.ok()) {
      return "";
    }
    try (var fd = directory.fd()) {
      var opened = FileIo.openCgroup(fd.number(), id);
      if (opened.ok()) {
        try (var cgroup = opened.fd()) {
          var path =
              Files.readSymbolicLink(Path.of("/proc/thread-self/fd/" + cgroup.number())).toString();
          return path.startsWith("/") && !path.endsWith(" (deleted)") ? path : "";
        } catch (IOException _) {
          return "";
        }
      }
      return opened.errno() == Errno.ESTALE ? "" : byWalking(mount, id);
    }
  }

  /// Without the privilege that handles want, each directory is looked at, once.
  private String byWalking(Path mount, long id) {
    if (!everWalked) {
      everWalked = true;
      try {
        Files.walkFileTree(mount, new Walk());
      } catch (IOException _) {
        // What was found is what is to be seen.
      }
    }
    return known.getOrDefault(id, "");
  }

  /// Directories come and go while others are looked at.
  private final class Walk extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      try {
        if (Files.getAttribute(directory, "unix:ino") instanceof Long inode) {
          known.put(inode, directory.toString());
        }
        return FileVisitResult.CONTINUE;
      } catch (IOException _) {
        return FileVisitResult.SKIP_SUBTREE;
      }
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException problem) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem) {
      return FileVisitResult.CONTINUE;
    }
  }
}
