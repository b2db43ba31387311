package org.ebpf4j.attach;

import java.util.Locale;
import java.util.Optional;

/// The types of programs (`enum bpf_prog_type` in `include/uapi/linux/bpf.h`). The type decides
/// what a program is given, which helper functions it may call, and what its return value means.
public enum ProgramType {
  SOCKET_FILTER(1),
  KPROBE(2),
  SCHED_CLS(3),
  SCHED_ACT(4),
  TRACEPOINT(5),
  XDP(6),
  PERF_EVENT(7),
  CGROUP_SKB(8),
  CGROUP_SOCK(9),
  LWT_IN(10),
  LWT_OUT(11),
  LWT_XMIT(12),
  SOCK_OPS(13),
  SK_SKB(14),
  CGROUP_DEVICE(15),
  SK_MSG(16),
  RAW_TRACEPOINT(17),
  CGROUP_SOCK_ADDR(18),
  LWT_SEG6LOCAL(19),
  LIRC_MODE2(20),
  SK_REUSEPORT(21),
  FLOW_DISSECTOR(22),
  CGROUP_SYSCTL(23),
  RAW_TRACEPOINT_WRITABLE(24),
  CGROUP_SOCKOPT(25),
  TRACING(26),
  STRUCT_OPS(27),
  EXT(28),
  LSM(29),
  SK_LOOKUP(30),
  SYSCALL(31),
  NETFILTER(32);

  private final int number;

  ProgramType(int number) {
    this.number = number;
  }

  /// The number that the kernel knows it by.
  public int number() {
    return number;
  }

  /// The name in lower case, as people and `bpftool` write it: `socket_filter`.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The constant with that number; empty for one that a newer kernel has and this library does not
  /// know.
  public static Optional<ProgramType> of(int number) {
    for (var value : values()) {
      if (value.number == number) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  /// The constant with that [#label()], in either case.
  public static Optional<ProgramType> parse(String label) {
    for (var value : values()) {
      if (value.name().equalsIgnoreCase(label)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }
}
