package org.ebpf4j.linux.internal.host;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.object.MapType;

/// Makes of an error number the exception that says why: looks around on the machine where the
/// number alone does not tell.
public final class Refusal {
  /// The types of maps that want `CAP_NET_ADMIN`.
  private static final Set<MapType> OF_NETWORK =
      EnumSet.of(
          MapType.SOCKMAP, MapType.SOCKHASH, MapType.DEVMAP, MapType.DEVMAP_HASH, MapType.XSKMAP);

  private Refusal() {}

  /// The refusal of `command`, in doing `what`, which wants `capabilities`.
  public static KernelException of(
      String what, String command, int errno, Set<Capability> capabilities) {
    if (errno == Errno.EMFILE || errno == Errno.ENFILE) {
      return OpenFiles.exhausted(what, command, errno);
    }
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
        what
            + ": "
            + command
            + ": "
            + Errno.describe(errno)
            + ": "
            + privileges.explain(missing)
            + "\n  try: "
            + privileges.mend(missing));
  }

  /// The refusal to open a file, which wants no capability of its own: who owns it, or a directory
  /// on the way, and what would help.
  public static KernelException ofFile(String what, Path file, int errno, boolean write) {
    if (errno != Errno.EACCES) {
      return of(what, "open", errno, EnumSet.noneOf(Capability.class));
    }
    var wanted = write ? Capability.CAP_DAC_OVERRIDE : Capability.CAP_DAC_READ_SEARCH;
    var privileges = Privileges.read();
    var missing = privileges.missing(EnumSet.of(wanted));
    return new PermissionException(
        "open",
        errno,
        missing,
        what
            + ": open: "
            + Errno.describe(errno)
            + FileRights.barrier(file).map(b -> ": " + b).orElse("")
            + (missing.isEmpty() ? "" : ", and this process lacks " + wanted)
            + "\n  try: "
            + privileges.mend(missing));
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
                STRUCT_OPS ->
                wanted.add(Capability.CAP_PERFMON);
            // It may take the place of a function of any program.
            case EXT -> {
              wanted.add(Capability.CAP_PERFMON);
              wanted.add(Capability.CAP_NET_ADMIN);
            }
            case SOCKET_FILTER, CGROUP_SKB, SK_REUSEPORT, SK_LOOKUP, SYSCALL -> {
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
                NETFILTER ->
                wanted.add(Capability.CAP_NET_ADMIN);
          }
        });
    return wanted;
  }

  /// What making a map of some type wants.
  public static Set<Capability> capabilitiesForMap(int mapType) {
    var wanted = EnumSet.of(Capability.CAP_BPF);
    MapType.of(mapType)
        .filter(OF_NETWORK::contains)
        .ifPresent(_ -> wanted.add(Capability.CAP_NET_ADMIN));
    return wanted;
  }
}
