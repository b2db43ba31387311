package org.ebpf4j.linux.internal.attach;

import java.util.EnumSet;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.NetworkDevices;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCreate;

/// XDP: a link on a network device (since 5.9).
final class XdpHook {
  private XdpHook() {}

  static Attachment attach(Attaching program, Xdp point) {
    var what = program.what();
    var index = NetworkDevices.index(point.device());
    var link =
        Bpf.linkCreate(
            new LinkCreate.OnDevice(
                program.program(), index, AttachType.XDP.number(), point.mode().flag()));
    if (link.ok()) {
      program.step("LINK_CREATE xdp on " + point.device() + " (index " + index + "): " + link.fd());
      return Attachment.ofLink(link.fd());
    }
    var errno = link.errno();
    if (errno == Errno.EBUSY || errno == Errno.EEXIST) {
      throw new KernelException(
          "LINK_CREATE",
          errno,
          what
              + ": LINK_CREATE: "
              + Errno.describe(errno)
              + ": "
              + point.device()
              + " has an XDP program already, and takes only one in a mode");
    }
    // Drivers that know XDP, but nothing of programs on the device itself, say EINVAL.
    var isLacking =
        (errno == Errno.EOPNOTSUPP && point.mode() != Xdp.Mode.GENERIC)
            || (errno == Errno.EINVAL && point.mode() == Xdp.Mode.HARDWARE);
    if (isLacking) {
      throw new KernelException(
          "LINK_CREATE",
          errno,
          what
              + ": LINK_CREATE: "
              + Errno.describe(errno)
              + ": the driver of "
              + point.device()
              + " has no XDP in this mode; generic mode works everywhere");
    }
    throw program.refusal(
        "LINK_CREATE", errno, EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN));
  }
}
