package org.ebpf4j.linux.internal.attach;

import java.util.EnumSet;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.LsmCgroup;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.SecurityModules;
import org.ebpf4j.linux.internal.network.CgroupDirectory;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCreate;

/// Hooks of the security modules for a cgroup: a link on the cgroup's directory (since 6.0).
final class LsmCgroupHook {
  private LsmCgroupHook() {}

  static Attachment attach(Attaching program, LsmCgroup point) {
    LoadedPlace.check(program, point);
    var path =
        point
            .cgroup()
            .orElseThrow(() ->
                new BpfException(
                    program.what()
                        + ": it does not say for which cgroup"
                        + "\n  try: LsmCgroup.in(PATH), or --attach PROGRAM=lsm_cgroup:"
                        + point.name()
                        + ",cgroup=PATH"));
    SecurityModules.requireBpf(program.what());
    try (var directory = CgroupDirectory.open(program, path)) {
      var link =
          Bpf.linkCreate(
              new LinkCreate.OnDescriptor(
                  program.program(), directory.number(), AttachType.LSM_CGROUP.number()));
      if (link.errno() == Errno.EINVAL) {
        throw new UnsupportedFeatureException(
            "lsm_cgroup",
            "6.0",
            program.what()
                + ": LINK_CREATE: "
                + Errno.describe(link.errno())
                + ": this kernel takes no programs of security modules on cgroups (6.0, on arm64"
                + " 6.4)\n"
                + "  try: SEC(\"lsm/"
                + point.name()
                + "\"), which sees every process");
      }
      if (!link.ok()) {
        throw program.refusal(
            "LINK_CREATE", link.errno(), EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN));
      }
      program.step("LINK_CREATE lsm_cgroup on " + path + ": " + link.fd());
      return Attachment.ofLink(link.fd());
    }
  }
}
