package org.ebpf4j.linux.internal.network;

import java.util.EnumSet;
import org.ebpf4j.attach.Netfilter;
import org.ebpf4j.attach.Netfilter.Hook;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.Occupant;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCreate;
import org.ebpf4j.linux.internal.sys.Result;

/// Hooks of netfilter: a link (since 6.4).
public final class NetfilterHook {
  private static final int BPF_F_NETFILTER_IP_DEFRAG = 1;

  private NetfilterHook() {}

  public static Attachment attach(Attaching program, Netfilter point) {
    var link =
        NetworkNamespace.in(
            program.what(),
            point.netns(),
            () ->
                Bpf.linkCreate(
                    new LinkCreate.Netfilter(
                        program.program(),
                        point.family().number(),
                        number(point.hook()),
                        point.priority(),
                        point.defrag() ? BPF_F_NETFILTER_IP_DEFRAG : 0)));
    if (!link.ok()) {
      throw refusal(program, point, link);
    }
    program.step("LINK_CREATE " + point.describe() + ": " + link.fd());
    return Attachment.ofLink(link.fd());
  }

  /// The number of a hook, `NF_INET_*`.
  private static int number(Hook hook) {
    return switch (hook) {
      case PREROUTING -> 0;
      case INPUT -> 1;
      case FORWARD -> 2;
      case OUTPUT -> 3;
      case POSTROUTING -> 4;
    };
  }

  private static BpfException refusal(Attaching program, Netfilter point, Result link) {
    var errno = link.errno();
    return switch (errno) {
      case Errno.EBUSY, Errno.EEXIST ->
          explained(
              program,
              errno,
              "another program has priority "
                  + point.priority()
                  + " there, and each wants one of its own"
                  + Occupant.ofLinks(l ->
                      l instanceof LinkInfo.Netfilter n
                          && n.family() == point.family().number()
                          && n.hookNumber() == number(point.hook())
                          && n.priority() == point.priority())
                  + "\n  try: another priority; ebpf4j link list shows who has which");
      case Errno.ENOENT, Errno.EOPNOTSUPP ->
          point.defrag()
              ? explained(
                  program,
                  errno,
                  "the kernel cannot put fragments together: nf_defrag_"
                      + (point.family() == Netfilter.Family.IPV4 ? "ipv4" : "ipv6")
                      + " is missing")
              : plain(program, errno);
      case Errno.EINVAL ->
          new UnsupportedFeatureException(
              "netfilter",
              "6.4",
              program.what()
                  + ": this kernel has no programs on netfilter (since 6.4, built with"
                  + " CONFIG_NETFILTER_BPF_LINK)\n  try: tc:DEVICE,ingress or xdp:DEVICE, which see packets of a device");
      default -> plain(program, errno);
    };
  }

  private static KernelException explained(Attaching program, int errno, String why) {
    return new KernelException(
        "LINK_CREATE",
        errno,
        program.what() + ": LINK_CREATE: " + Errno.describe(errno) + ": " + why);
  }

  private static KernelException plain(Attaching program, int errno) {
    return program.refusal(
        "LINK_CREATE", errno, EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN));
  }
}
