package org.ebpf4j.linux.internal.netlink;

import java.util.EnumSet;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;

/// Makes of a refused request the exception that says why, with what the kernel says of it.
public final class NetlinkRefusal {
  private NetlinkRefusal() {}

  /// The refusal of `command`, in doing `what`.
  public static KernelException of(String what, String command, NetlinkReply reply) {
    return of(what, command, reply, "");
  }

  /// The refusal of `command`, in doing `what`.
  ///
  /// @param why what is known besides what the kernel says; empty for nothing
  public static KernelException of(String what, String command, NetlinkReply reply, String why) {
    var errno = reply.errno();
    if (errno == Errno.EPERM || errno == Errno.EACCES) {
      return Refusal.of(what, command, errno, EnumSet.of(Capability.CAP_NET_ADMIN));
    }
    return new KernelException(
        command,
        errno,
        what
            + ": "
            + command
            + ": "
            + Errno.describe(errno)
            + (reply.text().isEmpty() ? "" : ": the kernel says: " + reply.text())
            + (why.isEmpty() ? "" : ": " + why));
  }
}
