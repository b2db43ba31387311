package org.ebpf4j.linux.internal.attach;

import java.util.EnumSet;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCreate;

/// Cgroups of the second version: a link on the cgroup's directory (since 5.7).
final class CgroupHook {
  private CgroupHook() {}

  static Attachment attach(Attaching program, Cgroup point) {
    try (var directory = CgroupDirectory.open(program, point.path())) {
      var link =
          Bpf.linkCreate(
              new LinkCreate.OnDescriptor(
                  program.program(), directory.number(), point.type().number()));
      if (!link.ok()) {
        throw program.refusal(
            "LINK_CREATE", link.errno(), EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN));
      }
      program.step(
          "LINK_CREATE " + point.type().label() + " on " + point.path() + ": " + link.fd());
      return Attachment.ofLink(link.fd());
    }
  }
}
