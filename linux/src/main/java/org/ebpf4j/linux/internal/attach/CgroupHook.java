package org.ebpf4j.linux.internal.attach;

import java.nio.file.Files;
import java.util.EnumSet;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.host.Mounts;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCreate;

/// Cgroups of the second version: a link on the cgroup's directory (since 5.7).
final class CgroupHook {
  private CgroupHook() {}

  static Attachment attach(Attaching program, Cgroup point) {
    var what = program.what();
    var path = point.path().toAbsolutePath().normalize();
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
    try (var directory = opened.fd()) {
      var link =
          Bpf.linkCreate(
              new LinkCreate.OnDescriptor(
                  program.program(), directory.number(), point.type().number()));
      if (!link.ok()) {
        throw program.refusal(
            "LINK_CREATE", link.errno(), EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN));
      }
      program.step("LINK_CREATE " + point.type().label() + " on " + path + ": " + link.fd());
      return Attachment.ofLink(link.fd());
    }
  }
}
