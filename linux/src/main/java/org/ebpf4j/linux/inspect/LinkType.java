package org.ebpf4j.linux.inspect;

import java.util.Locale;
import java.util.Optional;

/// The types of links (`enum bpf_link_type` in `include/uapi/linux/bpf.h`).
public enum LinkType {
  UNSPEC(0),
  RAW_TRACEPOINT(1),
  TRACING(2),
  CGROUP(3),
  ITER(4),
  NETNS(5),
  XDP(6),
  PERF_EVENT(7),
  KPROBE_MULTI(8),
  STRUCT_OPS(9),
  NETFILTER(10),
  TCX(11),
  UPROBE_MULTI(12),
  NETKIT(13),
  SOCKMAP(14),
  TRACING_MULTI(15);

  private final int number;

  LinkType(int number) {
    this.number = number;
  }

  /// The number that the kernel knows it by.
  public int number() {
    return number;
  }

  /// The name in lower case, as people and `bpftool` write it: `perf_event`.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The constant with that number; empty for one that a newer kernel has and this library does not
  /// know.
  public static Optional<LinkType> of(int number) {
    return number >= 0 && number < values().length
        ? Optional.of(values()[number])
        : Optional.empty();
  }

  /// The name of the type with that number, or `type N` for one that this library does not know.
  public static String label(int number) {
    return of(number).map(LinkType::label).orElse("type " + number);
  }
}
