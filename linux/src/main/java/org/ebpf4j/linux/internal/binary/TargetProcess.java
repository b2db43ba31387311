package org.ebpf4j.linux.internal.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.NotFoundException;

/// A process whose program files are looked for, as it sees them.
public final class TargetProcess {
  private final int pid;
  private final Path directory;

  private TargetProcess(int pid) {
    this.pid = pid;
    this.directory = Path.of("/proc", Integer.toString(pid));
  }

  /// @param what the attempt, for messages
  /// @throws NotFoundException where there is no such process
  public static TargetProcess of(String what, int pid) {
    var process = new TargetProcess(pid);
    if (!Files.exists(process.directory.resolve("maps"))) {
      throw NotFoundException.ofPath(
          what + ": there is no process " + pid + "\n  try: one that ps lists",
          Integer.toString(pid));
    }
    return process;
  }

  /// Its number.
  int pid() {
    return pid;
  }

  /// What its paths begin at, where that is another place than for this process: a container has a
  /// root directory or mounts of its own.
  Optional<Path> root() {
    try {
      var root = directory.resolve("root");
      var isOurs =
          Files.readSymbolicLink(directory.resolve("ns/mnt"))
                  .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")))
              && Files.isSameFile(root, Path.of("/proc/self/root"));
      return isOurs ? Optional.empty() : Optional.of(root);
    } catch (IOException e) {
      throw FileError.of(directory.toString(), "read", e);
    }
  }

  /// The files in its memory.
  ///
  /// @throws NotFoundException where it has ended
  public List<MappedFile> mappedFiles() {
    try {
      return MappedFile.read(Files.readAllBytes(directory.resolve("maps")));
    } catch (NoSuchFileException e) {
      throw NotFoundException.withMessage(
          Integer.toString(pid), "process " + pid + " has ended", e);
    } catch (IOException e) {
      throw FileError.of(directory.resolve("maps").toString(), "read", e);
    }
  }

  /// A file of that name in its memory, for the kernel; empty where it has none.
  Optional<Path> mapped(String fileName) {
    for (var file : mappedFiles()) {
      if (file.fileName().equals(fileName)) {
        var path = resolve(file.path());
        return Optional.of(
            !file.isDeleted() && hasInode(path, file.inode()) ? path : file.link(pid));
      }
    }
    return Optional.empty();
  }

  /// The path may lead to another file by now, or for this process.
  private static boolean hasInode(Path path, long inode) {
    return Files.exists(path) && inode(path) == inode;
  }

  /// The number of a file on its device.
  static long inode(Path path) {
    try {
      return (Long) Files.getAttribute(path, "unix:ino");
    } catch (IOException e) {
      throw FileError.of(path.toString(), "read", e);
    }
  }

  /// An absolute path of the process as one of this process. Links on the way that are absolute
  /// begin at the root directory of the process, too, which the kernel would not know here.
  Path resolve(String path) {
    var from = root();
    return from.isEmpty() ? Path.of(path) : RootedPath.resolve(from.get(), path);
  }
}
