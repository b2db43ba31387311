package org.ebpf4j.attach;

import java.util.Optional;

/// Where a program is attached: plain data, that means the same on every machine, except where it
/// holds a [Handle]. [HookKind] has a row for each kind. Places never change but for that, and any
/// thread may use them.
public sealed interface AttachPoint extends Place
    permits Tracepoint,
        RawTracepoint,
        Kprobe,
        Kretprobe,
        KprobeMulti,
        Ksyscall,
        Uprobe,
        Uretprobe,
        UprobeMulti,
        Usdt,
        TypedPoint,
        FunctionMulti,
        PerfEvent,
        Xdp,
        Tcx,
        Tc,
        Netkit,
        Netfilter,
        FlowDissector,
        SkLookup,
        Lwt,
        SocketFilter,
        SkReuseport,
        Lirc,
        Cgroup,
        Sockmap {

  /// The name of its kind: that of a [HookKind].
  String kind();

  /// The place, as it is written behind the kind: `syscalls/sys_enter_execve`, `veth0,generic`.
  String place();

  /// The attach point in a few words, such as `tracepoint/syscalls/sys_enter_execve`: what people
  /// see, and, where a section name can say the same, spelled as the section name.
  default String describe() {
    return kind() + "/" + place();
  }

  /// Which of the hooks of its kind it is, where the kind has several: `CGROUP_INET_EGRESS`.
  default Optional<AttachType> attachType() {
    return Optional.empty();
  }

  @Override
  default AttachPoint in(Surroundings surroundings) {
    return this;
  }
}
