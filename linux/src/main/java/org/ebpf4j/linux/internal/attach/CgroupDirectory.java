package org.ebpf4j.linux.internal.attach;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.host.Mounts;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;

/// The directory of a cgroup of the second version.
final class CgroupDirectory {
  private CgroupDirectory() {}

  /// Opens it.
  ///
  /// @throws NotFoundException where there is none
  /// @throws BpfException where it is none of the second version
  static Fd open(Attaching program, Path directory) {
    var what = program.what();
    var path = directory.toAbsolutePath().normalize();
    if (!Files.isDirectory(path)) {
      throw NotFoundException.ofPath(
          what + ": no cgroup at " + path + "; mkdir makes one", path.toString());
    }
    var mounts = Mounts.read();
    var type = mounts.typeAt(path);
    if (!type.equals("cgroup2")) {
      throw new BpfException(
          what
              + ": "
              + path
              + " is not a cgroup of version 2 (it is on "
              + type
              + ")"
              + mounts
                  .pointOf("cgroup2")
                  .map(p -> "; they are below " + p)
                  .orElse("; mount them with: mount -t cgroup2 cgroup2 /sys/fs/cgroup"));
    }
    var opened = FileIo.openDirectory(path.toString());
    if (!opened.ok()) {
      throw program.refusal("open " + path, opened.errno());
    }
    return opened.fd();
  }
}
