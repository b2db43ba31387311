package org.ebpf4j.attach;

/// Where a program is attached: plain data, that means the same on every machine, except where it
/// holds a descriptor. [#describe()] is what people see, and, where a section name can say the
/// same, spelled as the section name.
public sealed interface AttachPoint
    permits Tracepoint,
        RawTracepoint,
        Kprobe,
        Kretprobe,
        PerfEvent,
        Xdp,
        SocketFilter,
        Cgroup,
        Sockmap {

  /// The attach point in a few words, such as `tracepoint/syscalls/sys_enter_execve`.
  String describe();
}
