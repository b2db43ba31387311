package org.ebpf4j.linux.internal.attachment;

import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.LinkCalls;

/// Changes of bpf links: `LINK_UPDATE` and `LINK_DETACH`, and why a kernel refuses them.
public final class LinkChange {
  private static final EnumSet<Capability> NEEDS =
      EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN);

  /// The kinds of links whose program the kernel exchanges.
  private static final List<String> UPDATED =
      List.of("cgroup", "iter", "netns", "xdp", "struct_ops", "tcx", "netkit", "sockmap");

  private LinkChange() {}

  public static void update(String what, List<Fd> links, int program, int expected) {
    if (links.size() != 1) {
      throw noUpdate(what, "it is made of " + links.size() + " links");
    }
    var link = links.getFirst().number();
    var errno = LinkCalls.update(link, program, expected);
    if (errno != 0) {
      throw refusal(what, link, program, expected, errno);
    }
  }

  private static BpfException refusal(String what, int link, int program, int expected, int errno) {
    var info = ObjectInfo.link(link);
    if (!UPDATED.contains(info.typeLabel())
        && (errno == Errno.EINVAL || errno == Errno.EOPNOTSUPP)) {
      return noUpdate(what, "the kernel exchanges no programs of " + info.typeLabel() + " links");
    }
    return switch (errno) {
      case Errno.EINVAL ->
          explained(
              what,
              errno,
              Occupant.programOf(program)
                  + " is of another type than "
                  + Occupant.program(info.programId())
                  + ", which is attached, or was loaded for another hook");
      case Errno.EPERM -> {
        // Also the answer to a program that is not the expected one.
        if (expected != 0 && ObjectInfo.program(expected).id() != info.programId()) {
          yield explained(
              what,
              errno,
              Occupant.program(info.programId())
                  + " is attached, not "
                  + Occupant.programOf(expected));
        }
        yield Refusal.of(what, "LINK_UPDATE", errno, NEEDS);
      }
      case Errno.ENOLINK ->
          explained(
              what, errno, "the link is detached: its hook is gone, or somebody has detached it");
      default -> Refusal.of(what, "LINK_UPDATE", errno, NEEDS);
    };
  }

  private static KernelException explained(String what, int errno, String why) {
    return new KernelException(
        "LINK_UPDATE", errno, what + ": LINK_UPDATE: " + Errno.describe(errno) + ": " + why);
  }

  public static UnsupportedFeatureException noUpdate(String what, String why) {
    return new UnsupportedFeatureException(
        "update",
        null,
        what + ": " + why + "\n  try: attach the new program, then close this link");
  }

  public static UnsupportedFeatureException noExpectation(String what, String hook) {
    return new UnsupportedFeatureException(
        "update",
        null,
        what
            + ": the kernel does not compare the program of "
            + hook
            + " while it exchanges it\n"
            + "  try: update(program), which takes the place of whichever is there");
  }

  public static void detach(String what, List<Fd> links) {
    for (var link : links) {
      var errno = LinkCalls.detach(link.number());
      if (errno == Errno.EOPNOTSUPP || errno == Errno.EINVAL) {
        throw new UnsupportedFeatureException(
            "LINK_DETACH",
            null,
            what
                + ": the kernel ends "
                + ObjectInfo.link(link.number()).typeLabel()
                + " links with their last reference only"
                + "\n  try: close this link, and remove its pins if it has any");
      }
      if (errno != 0) {
        throw Refusal.of(what, "LINK_DETACH", errno, NEEDS);
      }
    }
  }
}
