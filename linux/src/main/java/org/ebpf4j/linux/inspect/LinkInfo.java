package org.ebpf4j.linux.inspect;

/// What the kernel says of a link (`struct bpf_link_info`).
///
/// @param id its id
/// @param type the number of its type (`enum bpf_link_type`)
/// @param programId the program it holds
public record LinkInfo(int id, int type, int programId) {
  private static final String[] TYPES = {
    "unspec",
    "raw_tracepoint",
    "tracing",
    "cgroup",
    "iter",
    "netns",
    "xdp",
    "perf_event",
    "kprobe_multi",
    "struct_ops",
    "netfilter",
    "tcx",
    "uprobe_multi",
    "netkit",
    "sockmap"
  };

  /// The name of the type, such as `perf_event`, or `type N` for one that this library does not
  /// know.
  public String typeLabel() {
    return type >= 0 && type < TYPES.length ? TYPES[type] : "type " + type;
  }
}
