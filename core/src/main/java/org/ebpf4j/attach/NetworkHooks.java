package org.ebpf4j.attach;

import static org.ebpf4j.attach.HookRow.row;
import static org.ebpf4j.attach.HookSection.exact;

import java.util.List;
import org.ebpf4j.attach.HookSection.Flag;

/// The rows of the table of hooks for packets, sockets and cgroups.
final class NetworkHooks {
  static final List<HookKind> ROWS =
      List.of(
          row("xdp", "the receive side of a network device")
              .place("DEVICE", Xdp.OPTIONS, "veth0,generic", Xdp::parse)
              .attachedWith("a link on a device since 5.9, netlink before or where it is asked for")
              .sections(
                  exact("xdp.frags", ProgramType.XDP, AttachType.XDP, Flag.FRAGS),
                  exact("xdp", ProgramType.XDP, AttachType.XDP, Flag.ATTACH_TYPE_OPTIONAL)),
          row("xdp/devmap", "packets that a map of devices redirects")
              .instead(
                  "a program for xdp_devmap is attached to nothing: its descriptor goes into the"
                      + " values of a devmap")
              .sections(
                  exact("xdp.frags/devmap", ProgramType.XDP, AttachType.XDP_DEVMAP, Flag.FRAGS),
                  exact("xdp/devmap", ProgramType.XDP, AttachType.XDP_DEVMAP)),
          row("xdp/cpumap", "packets that a map of CPUs redirects")
              .instead(
                  "a program for xdp_cpumap is attached to nothing: its descriptor goes into the"
                      + " values of a cpumap")
              .sections(
                  exact("xdp.frags/cpumap", ProgramType.XDP, AttachType.XDP_CPUMAP, Flag.FRAGS),
                  exact("xdp/cpumap", ProgramType.XDP, AttachType.XDP_CPUMAP)),
          row("tcx", "packets of a network device, after XDP")
              .place("DEVICE", Tcx.OPTIONS, "veth0,ingress", Tcx::parse)
              .attachedWith("a link on a device; since 6.6")
              .sections(
                  exact("tc/ingress", ProgramType.SCHED_CLS, AttachType.TCX_INGRESS),
                  exact("tc/egress", ProgramType.SCHED_CLS, AttachType.TCX_EGRESS),
                  exact("tcx/ingress", ProgramType.SCHED_CLS, AttachType.TCX_INGRESS),
                  exact("tcx/egress", ProgramType.SCHED_CLS, AttachType.TCX_EGRESS)),
          row("tc", "packets of a network device, as a filter of traffic control")
              .place("DEVICE", Tc.OPTIONS, "veth0,ingress,priority=10", Tc::parse)
              .attachedWith("a filter of `clsact`, or of another queueing discipline, by netlink")
              .sections(
                  exact("tc", ProgramType.SCHED_CLS),
                  exact("classifier", ProgramType.SCHED_CLS),
                  exact("action", ProgramType.SCHED_ACT)),
          row("netkit", "packets of a netkit device")
              .place("DEVICE", Netkit.OPTIONS, "nk0,primary", Netkit::parse)
              .attachedWith("a link on a netkit device; since 6.7")
              .sections(
                  exact("netkit/primary", ProgramType.SCHED_CLS, AttachType.NETKIT_PRIMARY),
                  exact("netkit/peer", ProgramType.SCHED_CLS, AttachType.NETKIT_PEER)),
          row("netfilter", "packets at a hook of netfilter")
              .place("FAMILY/HOOK", Netfilter.OPTIONS, "ipv4/input,priority=-10", Netfilter::parse)
              .attachedWith("a link on a hook of netfilter; since 6.4")
              .sections(exact("netfilter", ProgramType.NETFILTER, AttachType.NETFILTER)),
          row("lwt", "packets of a route")
              .place("PREFIX", Lwt.OPTIONS, "10.1.0.0/24,dev=veth0", Lwt::parse)
              .attachedWith("a route made by netlink")
              .sections(
                  exact("lwt_in", ProgramType.LWT_IN),
                  exact("lwt_out", ProgramType.LWT_OUT),
                  exact("lwt_xmit", ProgramType.LWT_XMIT),
                  exact("lwt_seg6local", ProgramType.LWT_SEG6LOCAL)),
          row("socket", "a socket")
              .place("listen=ADDRESS:PORT", "listen=127.0.0.1:9527", SocketFilter::parse)
              .attachedWith("`SO_ATTACH_BPF`")
              .sections(exact("socket", ProgramType.SOCKET_FILTER)),
          row("sk_reuseport", "sockets that share a port")
              .place("listen=ADDRESS:PORT", "listen=127.0.0.1:9527", SkReuseport::parse)
              .attachedWith("`SO_ATTACH_REUSEPORT_EBPF`; since 4.19")
              .sections(
                  exact(
                      "sk_reuseport/migrate",
                      ProgramType.SK_REUSEPORT,
                      AttachType.SK_REUSEPORT_SELECT_OR_MIGRATE),
                  exact("sk_reuseport", ProgramType.SK_REUSEPORT, AttachType.SK_REUSEPORT_SELECT)),
          row("sk_lookup", "the lookup of sockets in a network namespace")
              .place("NETNS", "current", SkLookup::parse)
              .attachedWith("a link on a network namespace; since 5.9")
              .sections(exact("sk_lookup", ProgramType.SK_LOOKUP, AttachType.SK_LOOKUP)),
          row("flow_dissector", "the dissection of packets in a network namespace")
              .place("NETNS", "current", FlowDissector::parse)
              .attachedWith("a link on a network namespace since 5.7, `PROG_ATTACH` before")
              .sections(
                  exact(
                      "flow_dissector",
                      ProgramType.FLOW_DISSECTOR,
                      AttachType.FLOW_DISSECTOR,
                      Flag.ATTACH_TYPE_OPTIONAL)),
          row("lirc_mode2", "an infrared receiver")
              .place("DEVICE", "/dev/lirc0", Lirc::new)
              .attachedWith("`PROG_ATTACH`; since 4.18")
              .sections(
                  exact(
                      "lirc_mode2",
                      ProgramType.LIRC_MODE2,
                      AttachType.LIRC_MODE2,
                      Flag.ATTACH_TYPE_OPTIONAL)),
          row("sockmap", "a map of sockets")
              .place("MAP", Sockmap.OPTIONS, "connections,stream_verdict", Sockmap::parse)
              .attachedWith("a link on a map of sockets since 6.10, `PROG_ATTACH` before")
              .sections(
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
                  exact(
                      "sk_msg",
                      ProgramType.SK_MSG,
                      AttachType.SK_MSG_VERDICT,
                      Flag.ATTACH_TYPE_OPTIONAL)),
          row("cgroup", "a cgroup of version 2")
              .place("PATH", Cgroup.OPTIONS, "/sys/fs/cgroup/mine,egress", Cgroup::parse)
              .commasInPlace()
              .attachedWith("a link on a cgroup since 5.7, `PROG_ATTACH` before")
              .sections(
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
                  exact(
                      "cgroup/sock_create",
                      ProgramType.CGROUP_SOCK,
                      AttachType.CGROUP_INET_SOCK_CREATE),
                  exact(
                      "cgroup/sock_release",
                      ProgramType.CGROUP_SOCK,
                      AttachType.CGROUP_INET_SOCK_RELEASE),
                  exact(
                      "cgroup/sock",
                      ProgramType.CGROUP_SOCK,
                      AttachType.CGROUP_INET_SOCK_CREATE,
                      Flag.ATTACH_TYPE_OPTIONAL),
                  exact(
                      "cgroup/post_bind4",
                      ProgramType.CGROUP_SOCK,
                      AttachType.CGROUP_INET4_POST_BIND),
                  exact(
                      "cgroup/post_bind6",
                      ProgramType.CGROUP_SOCK,
                      AttachType.CGROUP_INET6_POST_BIND),
                  exact("cgroup/bind4", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET4_BIND),
                  exact("cgroup/bind6", ProgramType.CGROUP_SOCK_ADDR, AttachType.CGROUP_INET6_BIND),
                  exact(
                      "cgroup/connect4",
                      ProgramType.CGROUP_SOCK_ADDR,
                      AttachType.CGROUP_INET4_CONNECT),
                  exact(
                      "cgroup/connect6",
                      ProgramType.CGROUP_SOCK_ADDR,
                      AttachType.CGROUP_INET6_CONNECT),
                  exact(
                      "cgroup/connect_unix",
                      ProgramType.CGROUP_SOCK_ADDR,
                      AttachType.CGROUP_UNIX_CONNECT),
                  exact(
                      "cgroup/sendmsg4",
                      ProgramType.CGROUP_SOCK_ADDR,
                      AttachType.CGROUP_UDP4_SENDMSG),
                  exact(
                      "cgroup/sendmsg6",
                      ProgramType.CGROUP_SOCK_ADDR,
                      AttachType.CGROUP_UDP6_SENDMSG),
                  exact(
                      "cgroup/sendmsg_unix",
                      ProgramType.CGROUP_SOCK_ADDR,
                      AttachType.CGROUP_UNIX_SENDMSG),
                  exact(
                      "cgroup/recvmsg4",
                      ProgramType.CGROUP_SOCK_ADDR,
                      AttachType.CGROUP_UDP4_RECVMSG),
                  exact(
                      "cgroup/recvmsg6",
                      ProgramType.CGROUP_SOCK_ADDR,
                      AttachType.CGROUP_UDP6_RECVMSG),
                  exact(
                      "cgroup/recvmsg_unix",
                      ProgramType.CGROUP_SOCK_ADDR,
                      AttachType.CGROUP_UNIX_RECVMSG),
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
                  exact(
                      "cgroup/getsockopt",
                      ProgramType.CGROUP_SOCKOPT,
                      AttachType.CGROUP_GETSOCKOPT),
                  exact(
                      "cgroup/setsockopt",
                      ProgramType.CGROUP_SOCKOPT,
                      AttachType.CGROUP_SETSOCKOPT),
                  exact(
                      "cgroup/dev",
                      ProgramType.CGROUP_DEVICE,
                      AttachType.CGROUP_DEVICE,
                      Flag.ATTACH_TYPE_OPTIONAL),
                  exact(
                      "sockops",
                      ProgramType.SOCK_OPS,
                      AttachType.CGROUP_SOCK_OPS,
                      Flag.ATTACH_TYPE_OPTIONAL)));

  private NetworkHooks() {}
}
