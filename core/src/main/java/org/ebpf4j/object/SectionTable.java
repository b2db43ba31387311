package org.ebpf4j.object;

import java.util.List;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.object.SectionDefinition.Flag;

/// The section names that make a function a program, as a table: libbpf's names with libbpf's
/// meaning. `exact` names stand alone; `open` names may be followed by `/` and a target. The first
/// row that matches wins.
final class SectionTable {
  static final List<SectionDefinition> ROWS =
      List.of(
          exact("socket", ProgramType.SOCKET_FILTER),
          exact(
              "sk_reuseport/migrate",
              ProgramType.SK_REUSEPORT,
              AttachType.SK_REUSEPORT_SELECT_OR_MIGRATE),
          exact("sk_reuseport", ProgramType.SK_REUSEPORT, AttachType.SK_REUSEPORT_SELECT),
          open("kprobe", ProgramType.KPROBE),
          open("uprobe", ProgramType.KPROBE),
          open("uprobe.s", ProgramType.KPROBE, Flag.SLEEPABLE),
          open("kretprobe", ProgramType.KPROBE),
          open("uretprobe", ProgramType.KPROBE),
          open("uretprobe.s", ProgramType.KPROBE, Flag.SLEEPABLE),
          open("kprobe.multi", ProgramType.KPROBE, AttachType.TRACE_KPROBE_MULTI),
          open("kretprobe.multi", ProgramType.KPROBE, AttachType.TRACE_KPROBE_MULTI),
          open("kprobe.session", ProgramType.KPROBE, AttachType.TRACE_KPROBE_SESSION),
          open("uprobe.multi", ProgramType.KPROBE, AttachType.TRACE_UPROBE_MULTI),
          open("uretprobe.multi", ProgramType.KPROBE, AttachType.TRACE_UPROBE_MULTI),
          open("uprobe.session", ProgramType.KPROBE, AttachType.TRACE_UPROBE_SESSION),
          open("uprobe.multi.s", ProgramType.KPROBE, AttachType.TRACE_UPROBE_MULTI, Flag.SLEEPABLE),
          open(
              "uretprobe.multi.s",
              ProgramType.KPROBE,
              AttachType.TRACE_UPROBE_MULTI,
              Flag.SLEEPABLE),
          open(
              "uprobe.session.s",
              ProgramType.KPROBE,
              AttachType.TRACE_UPROBE_SESSION,
              Flag.SLEEPABLE),
          open("ksyscall", ProgramType.KPROBE),
          open("kretsyscall", ProgramType.KPROBE),
          open("usdt", ProgramType.KPROBE),
          open("usdt.s", ProgramType.KPROBE, Flag.SLEEPABLE),
          exact("tc/ingress", ProgramType.SCHED_CLS, AttachType.TCX_INGRESS),
          exact("tc/egress", ProgramType.SCHED_CLS, AttachType.TCX_EGRESS),
          exact("tcx/ingress", ProgramType.SCHED_CLS, AttachType.TCX_INGRESS),
          exact("tcx/egress", ProgramType.SCHED_CLS, AttachType.TCX_EGRESS),
          exact("tc", ProgramType.SCHED_CLS),
          exact("classifier", ProgramType.SCHED_CLS),
          exact("action", ProgramType.SCHED_ACT),
          exact("netkit/primary", ProgramType.SCHED_CLS, AttachType.NETKIT_PRIMARY),
          exact("netkit/peer", ProgramType.SCHED_CLS, AttachType.NETKIT_PEER),
          open("tracepoint", ProgramType.TRACEPOINT),
          open("tp", ProgramType.TRACEPOINT),
          open("tracepoint.s", ProgramType.TRACEPOINT, Flag.SLEEPABLE),
          open("tp.s", ProgramType.TRACEPOINT, Flag.SLEEPABLE),
          open("raw_tracepoint", ProgramType.RAW_TRACEPOINT),
          open("raw_tp", ProgramType.RAW_TRACEPOINT),
          open("raw_tracepoint.s", ProgramType.RAW_TRACEPOINT, Flag.SLEEPABLE),
          open("raw_tp.s", ProgramType.RAW_TRACEPOINT, Flag.SLEEPABLE),
          open("raw_tracepoint.w", ProgramType.RAW_TRACEPOINT_WRITABLE),
          open("raw_tp.w", ProgramType.RAW_TRACEPOINT_WRITABLE),
          open("tp_btf", ProgramType.TRACING, AttachType.TRACE_RAW_TP, Flag.KERNEL_BTF),
          open(
              "tp_btf.s",
              ProgramType.TRACING,
              AttachType.TRACE_RAW_TP,
              Flag.KERNEL_BTF,
              Flag.SLEEPABLE),
          open("fentry", ProgramType.TRACING, AttachType.TRACE_FENTRY, Flag.KERNEL_BTF),
          open("fmod_ret", ProgramType.TRACING, AttachType.MODIFY_RETURN, Flag.KERNEL_BTF),
          open("fexit", ProgramType.TRACING, AttachType.TRACE_FEXIT, Flag.KERNEL_BTF),
          open(
              "fentry.s",
              ProgramType.TRACING,
              AttachType.TRACE_FENTRY,
              Flag.KERNEL_BTF,
              Flag.SLEEPABLE),
          open(
              "fmod_ret.s",
              ProgramType.TRACING,
              AttachType.MODIFY_RETURN,
              Flag.KERNEL_BTF,
              Flag.SLEEPABLE),
          open(
              "fexit.s",
              ProgramType.TRACING,
              AttachType.TRACE_FEXIT,
              Flag.KERNEL_BTF,
              Flag.SLEEPABLE),
          open("fsession", ProgramType.TRACING, AttachType.TRACE_FSESSION, Flag.KERNEL_BTF),
          open(
              "fsession.s",
              ProgramType.TRACING,
              AttachType.TRACE_FSESSION,
              Flag.KERNEL_BTF,
              Flag.SLEEPABLE),
          open("fsession.multi", ProgramType.TRACING, AttachType.TRACE_FSESSION_MULTI),
          open(
              "fsession.multi.s",
              ProgramType.TRACING,
              AttachType.TRACE_FSESSION_MULTI,
              Flag.SLEEPABLE),
          open("fentry.multi", ProgramType.TRACING, AttachType.TRACE_FENTRY_MULTI),
          open(
              "fentry.multi.s", ProgramType.TRACING, AttachType.TRACE_FENTRY_MULTI, Flag.SLEEPABLE),
          open("fexit.multi", ProgramType.TRACING, AttachType.TRACE_FEXIT_MULTI),
          open("fexit.multi.s", ProgramType.TRACING, AttachType.TRACE_FEXIT_MULTI, Flag.SLEEPABLE),
          open("freplace", ProgramType.EXT, Flag.KERNEL_BTF),
          open("lsm", ProgramType.LSM, AttachType.LSM_MAC, Flag.KERNEL_BTF),
          open("lsm.s", ProgramType.LSM, AttachType.LSM_MAC, Flag.KERNEL_BTF, Flag.SLEEPABLE),
          open("lsm_cgroup", ProgramType.LSM, AttachType.LSM_CGROUP, Flag.KERNEL_BTF),
          open("iter", ProgramType.TRACING, AttachType.TRACE_ITER, Flag.KERNEL_BTF),
          open(
              "iter.s",
              ProgramType.TRACING,
              AttachType.TRACE_ITER,
              Flag.KERNEL_BTF,
              Flag.SLEEPABLE),
          exact("syscall", ProgramType.SYSCALL, Flag.SLEEPABLE),
          exact("xdp.frags/devmap", ProgramType.XDP, AttachType.XDP_DEVMAP, Flag.FRAGS),
          exact("xdp/devmap", ProgramType.XDP, AttachType.XDP_DEVMAP),
          exact("xdp.frags/cpumap", ProgramType.XDP, AttachType.XDP_CPUMAP, Flag.FRAGS),
          exact("xdp/cpumap", ProgramType.XDP, AttachType.XDP_CPUMAP),
          exact("xdp.frags", ProgramType.XDP, AttachType.XDP, Flag.FRAGS),
          exact("xdp", ProgramType.XDP, AttachType.XDP, Flag.ATTACH_TYPE_OPTIONAL),
          exact("perf_event", ProgramType.PERF_EVENT),
          exact("lwt_in", ProgramType.LWT_IN),
          exact("lwt_out", ProgramType.LWT_OUT),
          exact("lwt_xmit", ProgramType.LWT_XMIT),
          exact("lwt_seg6local", ProgramType.LWT_SEG6LOCAL),
          exact(
              "sockops",
              ProgramType.SOCK_OPS,
              AttachType.CGROUP_SOCK_OPS,
              Flag.ATTACH_TYPE_OPTIONAL),
          exact(
              "sk_skb/stream_parser",
              ProgramType.SK_SKB,
              AttachType.SK_SKB_STREAM_PARSER,
              Flag.ATTACH_TYPE_OPTIONAL),
          exact(
              "sk_skb/stream_verdict",
              ProgramType.SK_SKB,
              AttachType.SK_SKB_STREAM_VERDICT,
              Flag.ATTACH_TYPE_OPTIONAL),
          exact(
              "sk_skb/verdict",
              ProgramType.SK_SKB,
              AttachType.SK_SKB_VERDICT,
              Flag.ATTACH_TYPE_OPTIONAL),
          exact("sk_skb", ProgramType.SK_SKB),
          exact("sk_msg", ProgramType.SK_MSG, AttachType.SK_MSG_VERDICT, Flag.ATTACH_TYPE_OPTIONAL),
          exact(
              "lirc_mode2",
              ProgramType.LIRC_MODE2,
              AttachType.LIRC_MODE2,
              Flag.ATTACH_TYPE_OPTIONAL),
          exact(
              "flow_dissector",
              ProgramType.FLOW_DISSECTOR,
              AttachType.FLOW_DISSECTOR,
              Flag.ATTACH_TYPE_OPTIONAL),
          exact(
              "cgroup_skb/ingress",
              ProgramType.CGROUP_SKB,
              AttachType.CGROUP_INET_INGRESS,
              Flag.ATTACH_TYPE_OPTIONAL),
          exact(
              "cgroup_skb/egress",
              ProgramType.CGROUP_SKB,
              AttachType.CGROUP_INET_EGRESS,
              Flag.ATTACH_TYPE_OPTIONAL),
          exact("cgroup/skb", ProgramType.CGROUP_SKB),
          exact("cgroup/sock_create", ProgramType.CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_CREATE),
          exact(
              "cgroup/sock_release", ProgramType.CGROUP_SOCK, AttachType.CGROUP_INET_SOCK_RELEASE),
          exact(
              "cgroup/sock",
              ProgramType.CGROUP_SOCK,
              AttachType.CGROUP_INET_SOCK_CREATE,
              Flag.ATTACH_TYPE_OPTIONAL),
          exact("cgroup/post_bind4", ProgramType.CGROUP_SOCK, AttachType.CGROUP_INET4_POST_BIND),
          exact("cgroup/post_bind6", ProgramType.CGROUP_SOCK, AttachType.CGROUP_INET6_POST_BIND),
          exact("cgroup/bind4", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_BIND),
          exact("cgroup/bind6", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_BIND),
          exact("cgroup/connect4", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_CONNECT),
          exact("cgroup/connect6", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_CONNECT),
          exact(
              "cgroup/connect_unix", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_CONNECT),
          exact("cgroup/sendmsg4", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP4_SENDMSG),
          exact("cgroup/sendmsg6", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP6_SENDMSG),
          exact(
              "cgroup/sendmsg_unix", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_SENDMSG),
          exact("cgroup/recvmsg4", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP4_RECVMSG),
          exact("cgroup/recvmsg6", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_UDP6_RECVMSG),
          exact(
              "cgroup/recvmsg_unix", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_UNIX_RECVMSG),
          exact(
              "cgroup/getpeername4",
              ProgramType.CGROUP_SOCK_ADDR,
              AttachType.CGROUP_INET4_GETPEERNAME),
          exact(
              "cgroup/getpeername6",
              ProgramType.CGROUP_SOCK_ADDR,
              AttachType.CGROUP_INET6_GETPEERNAME),
          exact(
              "cgroup/getpeername_unix",
              ProgramType.CGROUP_SOCK_ADDR,
              AttachType.CGROUP_UNIX_GETPEERNAME),
          exact(
              "cgroup/getsockname4",
              ProgramType.CGROUP_SOCK_ADDR,
              AttachType.CGROUP_INET4_GETSOCKNAME),
          exact(
              "cgroup/getsockname6",
              ProgramType.CGROUP_SOCK_ADDR,
              AttachType.CGROUP_INET6_GETSOCKNAME),
          exact(
              "cgroup/getsockname_unix",
              ProgramType.CGROUP_SOCK_ADDR,
              AttachType.CGROUP_UNIX_GETSOCKNAME),
          exact("cgroup/sysctl", ProgramType.CGROUP_SYSCTL, AttachType.CGROUP_SYSCTL),
          exact("cgroup/getsockopt", ProgramType.CGROUP_SOCKOPT, AttachType.CGROUP_GETSOCKOPT),
          exact("cgroup/setsockopt", ProgramType.CGROUP_SOCKOPT, AttachType.CGROUP_SETSOCKOPT),
          exact(
              "cgroup/dev",
              ProgramType.CGROUP_DEVICE,
              AttachType.CGROUP_DEVICE,
              Flag.ATTACH_TYPE_OPTIONAL),
          open("struct_ops", ProgramType.STRUCT_OPS),
          open("struct_ops.s", ProgramType.STRUCT_OPS, Flag.SLEEPABLE),
          exact("sk_lookup", ProgramType.SK_LOOKUP, AttachType.SK_LOOKUP),
          exact("netfilter", ProgramType.NETFILTER, AttachType.NETFILTER));

  private SectionTable() {}

  private static SectionDefinition exact(String name, ProgramType type, Flag... flags) {
    return new SectionDefinition(name, false, type, null, Set.of(flags));
  }

  private static SectionDefinition exact(
      String name, ProgramType type, AttachType attachType, Flag... flags) {
    return new SectionDefinition(name, false, type, attachType, Set.of(flags));
  }

  private static SectionDefinition open(String name, ProgramType type, Flag... flags) {
    return new SectionDefinition(name, true, type, null, Set.of(flags));
  }

  private static SectionDefinition open(
      String name, ProgramType type, AttachType attachType, Flag... flags) {
    return new SectionDefinition(name, true, type, attachType, Set.of(flags));
  }
}
