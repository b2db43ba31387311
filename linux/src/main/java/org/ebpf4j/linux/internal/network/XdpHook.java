package org.ebpf4j.linux.internal.network;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.HeldProgram;
import org.ebpf4j.linux.internal.attachment.Occupant;
import org.ebpf4j.linux.internal.host.NetworkDevices;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.netlink.NetlinkRefusal;
import org.ebpf4j.linux.internal.netlink.NetlinkReply;
import org.ebpf4j.linux.internal.netlink.NetlinkSocket;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.netlink.XdpRequests;
import org.ebpf4j.linux.internal.query.Ids;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCreate;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// XDP: a link on a network device (since 5.9), or netlink.
public record XdpHook(Attaching program, Xdp point) {
  // struct bpf_link_info up to the device of an XDP link, and its type
  private static final int XDP_LINK_SIZE = 24;
  private static final int XDP_LINK = 6;

  public static Attachment attach(Attaching program, Xdp point) {
    var hook = new XdpHook(program, point);
    return NetworkNamespace.in(program.what(), point.netns(), hook::attach);
  }

  private Attachment attach() {
    var index = NetworkDevices.index(point.device(), point.netns());
    try {
      return attach(index);
    } catch (KernelException e) {
      var isTaken = e.errno() == Errno.EBUSY || e.errno() == Errno.EEXIST;
      if (isTaken && removeLeft(index)) {
        return attach(index);
      }
      throw e;
    }
  }

  private Attachment attach(int index) {
    return point.netlink() ? byNetlink(index) : byLink(index);
  }

  private static String place(int index) {
    return Leftovers.place("xdp", index, "");
  }

  /// Takes off what a process that is gone attached without a link.
  private boolean removeLeft(int index) {
    try (var socket = NetlinkSocket.open()) {
      var requests = new XdpRequests(socket);
      var there = requests.query(program.what(), index);
      return Leftovers.removePrograms(
          program,
          place(index),
          there.programs(),
          fd -> {
            var id = ObjectInfo.program(fd).id();
            var mode =
                id == there.generic()
                    ? Xdp.Mode.GENERIC
                    : id == there.driver() ? Xdp.Mode.DRIVER : Xdp.Mode.HARDWARE;
            takeOff(requests, index, fd, mode);
          });
    }
  }

  private Attachment byLink(int index) {
    var link =
        Bpf.linkCreate(
            new LinkCreate.OnDevice(
                program.program(), index, AttachType.XDP.number(), point.mode().flag()));
    if (link.ok()) {
      program.step("LINK_CREATE xdp on " + point.device() + " (index " + index + "): " + link.fd());
      return Attachment.ofLink(link.fd());
    }
    if (link.errno() == Errno.EINVAL) {
      // Kernels before 5.9 have no such links. What else is wrong, netlink says in words.
      return byNetlink(index);
    }
    throw refusal(index, "LINK_CREATE", link.errno(), "");
  }

  /// Without a link: it stays attached until it is taken off.
  private Attachment byNetlink(int index) {
    var socket = NetlinkSocket.open();
    var held = HeldProgram.of(program.program(), socket.fd());
    try {
      held.noted(program, place(index));
      var requests = new XdpRequests(socket);
      var reply = set(requests, index);
      if (!reply.ok()) {
        throw refusal(index, "RTM_SETLINK", reply);
      }
      program.step("RTM_SETLINK xdp on " + point.device() + " (index " + index + ")");
      return Attachment.ofHook(
              List.of(socket.fd()),
              held,
              () -> takeOff(requests, index, held.number(), point.mode()),
              (next, expected) -> {
                held.unlessExpected(program, "RTM_SETLINK", expected);
                held.become(next, () -> exchange(requests, index, next, held.number()));
              })
          .asking(() -> held.isAmong(programs(requests, index)));
    } catch (RuntimeException | Error e) {
      held.close();
      socket.close();
      throw e;
    }
  }

  private List<Integer> programs(XdpRequests requests, int index) {
    try {
      return requests.query(program.what(), index).programs();
    } catch (KernelException e) {
      if (e.errno() == Errno.ENODEV) {
        return List.of();
      }
      throw e;
    }
  }

  private void exchange(XdpRequests requests, int index, int next, int expected) {
    var reply = requests.replace(index, next, expected, point.mode().flag());
    if (!reply.ok()) {
      throw NetlinkRefusal.of(program.what(), "RTM_SETLINK", reply, on(requests, index));
    }
  }

  private NetlinkReply set(XdpRequests requests, int index) {
    if (point.replaced() == 0) {
      return requests.attach(index, program.program(), point.mode().flag());
    }
    try (var replaced = Ids.open(ObjectKind.PROGRAM, point.replaced())) {
      return requests.replace(index, program.program(), replaced.number(), point.mode().flag());
    }
  }

  private void takeOff(XdpRequests requests, int index, int own, Xdp.Mode in) {
    var mode = in.flag();
    var reply = requests.replace(index, XdpRequests.NONE, own, mode);
    if (reply.errno() == Errno.EINVAL) {
      // Kernels before 5.7 do not compare the program for us.
      var id = ObjectInfo.program(own).id();
      if (!requests.query(program.what(), index).programs().contains(id)) {
        return;
      }
      reply = requests.clear(index, mode);
    }
    var isGone =
        reply.errno() == Errno.ENODEV
            // Somebody else has put another there, or has taken ours off.
            || reply.errno() == Errno.EEXIST
            || reply.errno() == Errno.ENOENT;
    if (!reply.ok() && !isGone) {
      throw NetlinkRefusal.of(program.what(), "RTM_SETLINK", reply);
    }
  }

  private BpfException refusal(int index, String command, NetlinkReply reply) {
    if (point.replaced() != 0 && (reply.errno() == Errno.EEXIST || reply.errno() == Errno.ENOENT)) {
      return explained(
          command,
          reply.errno(),
          reply.text(),
          "program " + point.replaced() + " is to be replaced, and is not attached; " + on(index));
    }
    return refusal(index, command, reply.errno(), reply.text());
  }

  private BpfException refusal(int index, String command, int errno, String text) {
    if (errno == Errno.EBUSY || errno == Errno.EEXIST) {
      return explained(
          command,
          errno,
          text,
          point.device()
              + " has an XDP program already, and takes only one in a mode; "
              + on(index));
    }
    // Drivers that know XDP, but nothing of programs on the device itself, say EINVAL.
    var isLacking =
        (errno == Errno.EOPNOTSUPP && point.mode() != Xdp.Mode.GENERIC)
            || (errno == Errno.EINVAL && point.mode() == Xdp.Mode.HARDWARE);
    if (isLacking) {
      return explained(
          command,
          errno,
          text,
          "the driver of "
              + point.device()
              + " has no XDP in this mode\n  try: xdp:"
              + point.device()
              + ",generic, which works with every driver");
    }
    return text.isEmpty()
        ? program.refusal(command, errno, EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN))
        : explained(command, errno, text, "");
  }

  private KernelException explained(String command, int errno, String text, String why) {
    return NetlinkRefusal.of(
        program.what(), command, new NetlinkReply(errno, text, List.of()), why);
  }

  /// Which programs the device has, for people.
  private String on(int index) {
    try (var socket = NetlinkSocket.open()) {
      return on(new XdpRequests(socket), index);
    }
  }

  private String on(XdpRequests requests, int index) {
    var programs = requests.query(program.what(), index).programs();
    return programs.isEmpty()
        ? "nothing is attached now"
        : "attached: "
            + programs.stream().map(id -> describe(id, index)).collect(Collectors.joining("; "));
  }

  /// A program and who has it there: `program 42 'drop' (xdp), link 7 of process 123 (java)`.
  private static String describe(int id, int device) {
    var held = new StringBuilder(Occupant.program(id));
    for (var link = Bpf.nextId(ObjectKind.LINK, 0);
        link.isPresent() && link.getAsInt() > 0;
        link = Bpf.nextId(ObjectKind.LINK, link.getAsInt())) {
      if (isXdp(link.getAsInt(), id, device)) {
        held.append(", ").append(Occupant.link(link.getAsInt()));
      }
    }
    return held.toString();
  }

  private static boolean isXdp(int link, int program, int device) {
    var opened = Bpf.openById(ObjectKind.LINK, link);
    if (!opened.ok()) {
      return false;
    }
    try (var fd = opened.fd()) {
      var info = new byte[XDP_LINK_SIZE];
      var numbers = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder());
      return Bpf.info(fd.number(), info, 0, 0, new int[0]) == 0
          && numbers.getInt(0) == XDP_LINK
          && numbers.getInt(8) == program
          && numbers.getInt(16) == device;
    }
  }
}
