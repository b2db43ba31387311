package org.ebpf4j.linux.internal.network;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Netkit;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.Order;
import org.ebpf4j.attach.Order.Position;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.HeldProgram;
import org.ebpf4j.linux.internal.attachment.Occupant;
import org.ebpf4j.linux.internal.host.NetworkDevices;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.query.Ids;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.LinkCreate;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// Hooks of network devices that keep programs in an order: tcx (since 6.6) and netkit (since 6.7).
/// A program has a link there, except where it takes the place of one that has none.
public record OrderedHook(
    Attaching program, String kind, String device, AttachType type, Order order, Netns netns) {
  // include/uapi/linux/bpf.h
  private static final int BPF_F_BEFORE = 1 << 3;
  private static final int BPF_F_AFTER = 1 << 4;
  private static final int BPF_F_ID = 1 << 5;
  private static final int BPF_F_LINK = 1 << 13;

  /// How many programs a hook takes (`bpf_mprog_max`).
  private static final int MOST = 63;

  private static final int ENXIO = 6;
  private static final int ERANGE = 34;

  public static Attachment tcx(Attaching program, Tcx point) {
    return new OrderedHook(
            program, "tcx", point.device(), point.type(), point.order(), point.netns())
        .attach();
  }

  public static Attachment netkit(Attaching program, Netkit point) {
    return new OrderedHook(
            program, "netkit", point.device(), point.type(), point.order(), point.netns())
        .attach();
  }

  private Attachment attach() {
    if (order.position() == Position.REPLACE) {
      return replace();
    }
    var link = NetworkNamespace.in(program.what(), netns, this::link);
    return Attachment.ofLink(link);
  }

  private String place(int index) {
    return Leftovers.place(kind, index, type.label());
  }

  /// Takes off what processes that are gone attached without a link.
  private void removeLeft(int index) {
    var there = LinkCalls.query(index, type.number(), false);
    if (there.programs().length > 0) {
      Leftovers.removePrograms(
          program,
          place(index),
          Arrays.stream(there.programs()).boxed().toList(),
          fd -> takeOff(index, fd));
    }
  }

  private Fd link() {
    var index = NetworkDevices.index(device, netns);
    removeLeft(index);
    var link =
        Bpf.linkCreate(
            new LinkCreate.Ordered(
                program.program(), index, type.number(), flags(), order.id(), order.revision()));
    if (!link.ok()) {
      throw refusal("LINK_CREATE", link.errno(), index);
    }
    program.step(
        "LINK_CREATE " + type.label() + " on " + device + " (index " + index + "): " + link.fd());
    return link.fd();
  }

  private int flags() {
    var whom = order.id() == 0 ? 0 : order.isLink() ? BPF_F_LINK | BPF_F_ID : BPF_F_ID;
    return switch (order.position()) {
      case DEFAULT, REPLACE -> 0;
      case HEAD, BEFORE -> BPF_F_BEFORE | whom;
      case TAIL, AFTER -> BPF_F_AFTER | whom;
    };
  }

  /// Without a link: it stays attached until it is taken off, which wants the network namespace.
  private Attachment replace() {
    var namespace = NetworkNamespace.open(program.what(), netns);
    var held = HeldProgram.of(program.program(), namespace.fd());
    try (var replaced = Ids.open(ObjectKind.PROGRAM, order.id())) {
      var index =
          namespace.call(() -> {
            var found = NetworkDevices.index(device, netns);
            held.noted(program, place(found));
            exchange(found, program.program(), replaced.number(), order.revision());
            return found;
          });
      program.step(
          "PROG_ATTACH " + type.label() + " on " + device + " in the place of " + order.id());
      return Attachment.ofHook(
              List.of(namespace.fd()),
              held,
              () -> namespace.call(() -> takeOff(index, held.number())),
              (next, expected) -> {
                held.unlessExpected(program, "PROG_ATTACH", expected);
                held.become(
                    next, () -> namespace.call(() -> exchange(index, next, held.number(), 0)));
              })
          .asking(() ->
              namespace
                  .call(() -> LinkCalls.query(index, type.number(), false))
                  .holds(ObjectInfo.program(held.number()).id()));
    } catch (RuntimeException | Error e) {
      held.close();
      namespace.close();
      throw e;
    }
  }

  private boolean exchange(int index, int next, int replaced, long revision) {
    var errno = Bpf.progReplace(index, next, type.number(), replaced, revision);
    if (errno == Errno.ENOENT) {
      var id = ObjectInfo.program(replaced).id();
      throw explained("PROG_ATTACH", errno, "program " + id + " is not attached there");
    }
    if (errno != 0) {
      throw refusal("PROG_ATTACH", errno, index);
    }
    return true;
  }

  private boolean takeOff(int index, int own) {
    var errno = Bpf.progDetach(index, own, type.number());
    // Gone with its device, or taken off by somebody else.
    if (errno != 0 && errno != Errno.ENOENT && errno != Errno.ENODEV) {
      throw plain("PROG_DETACH", errno);
    }
    return errno == 0;
  }

  private BpfException refusal(String command, int errno, int index) {
    return switch (errno) {
      case Errno.EINVAL -> {
        if (LinkCalls.query(index, type.number(), false).errno() == Errno.EINVAL) {
          yield lacking();
        }
        yield order.id() == 0
            ? plain(command, errno)
            : explained(command, errno, whom() + " is nothing to put a program next to there");
      }
      case ENXIO ->
          explained(command, errno, device + " is no netkit device; ip -d link shows what it is");
      case Errno.EACCES ->
          kind.equals("netkit")
              ? explained(
                  command,
                  errno,
                  device + " is the peer; programs of both devices are attached at the primary one")
              : plain(command, errno);
      case Errno.ENOENT -> explained(command, errno, whom() + " is not attached there");
      case Errno.EEXIST ->
          explained(
              command, errno, "this program is attached there already, and runs once in a chain");
      case Errno.EBUSY ->
          explained(
              command,
              errno,
              whom()
                  + " is that of a link, which its owner updates"
                  + Occupant.ofLinks(l -> order.isLink() ? l.id() == order.id() : isOn(l))
                  + "\n  try: put this one before or after");
      case Errno.ESTALE ->
          explained(
              command,
              errno,
              "the programs there have changed: their revision is not " + order.revision());
      case ERANGE -> explained(command, errno, full(index));
      default -> plain(command, errno);
    };
  }

  private String full(int index) {
    var count = LinkCalls.query(index, type.number(), false).programs().length;
    return count >= MOST
        ? count + " programs are attached there, and a hook takes no more"
        : "no such order exists";
  }

  private boolean isOn(LinkInfo link) {
    return link.programId() == order.id()
        && link instanceof LinkInfo.Hooked hooked
        && hooked.hook() == type.number();
  }

  private UnsupportedFeatureException lacking() {
    var isTcx = kind.equals("tcx");
    return new UnsupportedFeatureException(
        kind,
        isTcx ? "6.6" : "6.7",
        program.what()
            + ": this kernel has no "
            + kind
            + (isTcx
                ? " (since 6.6)\n  try: tc:" + device + ", a filter of traffic control"
                : " (since 6.7, and built with CONFIG_NETKIT)\n  try: tcx:" + device));
  }

  private String whom() {
    return order.id() == 0 ? "nothing" : (order.isLink() ? "link " : "program ") + order.id();
  }

  private KernelException explained(String command, int errno, String why) {
    return new KernelException(
        command,
        errno,
        program.what() + ": " + command + ": " + Errno.describe(errno) + ": " + why);
  }

  private KernelException plain(String command, int errno) {
    return program.refusal(
        command, errno, EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN));
  }
}
