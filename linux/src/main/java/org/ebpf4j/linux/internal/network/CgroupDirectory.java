package org.ebpf4j.linux.internal.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.host.Mounts;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;

/// The directory of a cgroup of the second version, of this mount namespace or, below
/// `/proc/PID/root`, of another.
public final class CgroupDirectory {
  // CGROUP2_SUPER_MAGIC of include/uapi/linux/magic.h
  private static final long CGROUP2 = 0x63677270;

  private CgroupDirectory() {}

  /// Opens it.
  ///
  /// @throws NotFoundException where there is none
  /// @throws BpfException where it is none of the second version
  public static Fd open(Attaching program, Path directory) {
    var what = program.what();
    var path = directory.toAbsolutePath().normalize();
    if (!Files.isDirectory(path)) {
      throw NotFoundException.ofPath(
          what
              + ": no cgroup at "
              + path
              + (Files.exists(path) ? ", which is a file" : "")
              + "\n  try: "
              + (Files.exists(path) ? "a" : "mkdir " + path + ", or another")
              + " directory below /sys/fs/cgroup",
          path.toString());
    }
    var opened = FileIo.openDirectory(path.toString());
    if (!opened.ok()) {
      throw program.refusal("open " + path, opened.errno());
    }
    var fd = opened.fd();
    if (FileIo.filesystem(fd.number()) != CGROUP2) {
      fd.close();
      throw noCgroup(what, path);
    }
    return fd;
  }

  /// What tells a cgroup from all others of this kernel: the inode of its directory.
  static long inode(Fd directory) {
    var path = Path.of("/proc/thread-self/fd/" + directory.number());
    try {
      return (Long) Files.getAttribute(path, "unix:ino");
    } catch (IOException e) {
      throw new BpfException("the inode of a cgroup cannot be told: " + e.getMessage(), e);
    }
  }

  private static BpfException noCgroup(String what, Path path) {
    var mounts = Mounts.read();
    // What is below a process's directory may be of its mount namespace, whose mounts are not ours.
    var isOurs = !path.startsWith("/proc") || path.getNameCount() < 3;
    return new BpfException(
        what
            + ": "
            + path
            + " is not a cgroup of version 2"
            + (isOurs ? " (it is on " + mounts.typeAt(path) + ")" : "")
            + mounts
                .pointOf("cgroup2")
                .map(p -> "\n  try: a directory below " + p)
                .orElse("\n  try: mount -t cgroup2 cgroup2 /sys/fs/cgroup"));
  }
}
