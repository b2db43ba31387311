package org.ebpf4j.linux.internal.host;

import java.util.EnumSet;
import java.util.Set;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;

/// Makes of an error number the exception that says why: looks around on the machine where the
/// number alone does not tell.
public final class Refusal {
  private Refusal() {}

  /// The refusal of `command`, in doing `what`, which wants `capabilities`.
  public static KernelException of(
      String what, String command, int errno, Set<Capability> capabilities) {
    if (errno != Errno.EPERM && errno != Errno.EACCES) {
      return KernelException.of(what, command, errno);
    }
    var privileges = Privileges.read();
    var missing = privileges.missing(capabilities);
    if (errno == Errno.EACCES && missing.isEmpty()) {
      return KernelException.of(what, command, errno);
    }
    return new PermissionException(
        command,
        errno,
        missing,
        what + ": " + command + ": " + Errno.describe(errno) + ": " + privileges.explain(missing));
  }

  /// What loading a program of some type wants.
  public static Set<Capability> capabilitiesFor(int programType) {
    var wanted = EnumSet.of(Capability.CAP_BPF);
    ProgramType.of(programType)
        .ifPresent(type -> {
          switch (type) {
            case KPROBE,
                TRACEPOINT,
                PERF_EVENT,
                RAW_TRACEPOINT,
                RAW_TRACEPOINT_WRITABLE,
                TRACING,
                LSM,
                STRUCT_OPS,
                EXT ->
                wanted.add(Capability.CAP_PERFMON);
            case SOCKET_FILTER, CGROUP_SKB, SK_REUSEPORT, SYSCALL -> {
              // CAP_BPF alone.
            }
            case SCHED_CLS,
                SCHED_ACT,
                XDP,
                CGROUP_SOCK,
                LWT_IN,
                LWT_OUT,
                LWT_XMIT,
                SOCK_OPS,
                SK_SKB,
                CGROUP_DEVICE,
                SK_MSG,
                CGROUP_SOCK_ADDR,
                LWT_SEG6LOCAL,
                LIRC_MODE2,
                FLOW_DISSECTOR,
                CGROUP_SYSCTL,
                CGROUP_SOCKOPT,
                SK_LOOKUP,
                NETFILTER ->
                wanted.add(Capability.CAP_NET_ADMIN);
          }
        });
    return wanted;
  }
}
