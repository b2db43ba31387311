package org.ebpf4j.linux.internal.network;

import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.FlowDissector;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.SkLookup;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.HeldProgram;
import org.ebpf4j.linux.internal.attachment.LinkChange;
import org.ebpf4j.linux.internal.attachment.Occupant;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.LinkCreate;

/// Hooks of a network namespace as a whole: a link on it (since 5.7; the lookup of sockets since
/// 5.9).
public final class NetworkNamespaceHook {
  private static final EnumSet<Capability> NEEDS =
      EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN);

  private NetworkNamespaceHook() {}

  public static Attachment skLookup(Attaching program, SkLookup point) {
    try (var namespace = NetworkNamespace.open(program.what(), point.netns())) {
      return link(program, namespace, point.netns(), AttachType.SK_LOOKUP);
    }
  }

  public static Attachment flowDissector(Attaching program, FlowDissector point) {
    var namespace = NetworkNamespace.open(program.what(), point.netns());
    try {
      var attachment = link(program, namespace, point.netns(), AttachType.FLOW_DISSECTOR);
      namespace.close();
      return attachment;
    } catch (KernelException e) {
      if (e.errno() != Errno.EINVAL) {
        namespace.close();
        throw e;
      }
      // Kernels before 5.7 have no such links.
      return withoutLink(program, namespace);
    } catch (RuntimeException | Error e) {
      namespace.close();
      throw e;
    }
  }

  private static Attachment link(
      Attaching program, NetworkNamespace namespace, Netns netns, AttachType type) {
    var link =
        Bpf.linkCreate(
            new LinkCreate.OnDescriptor(program.program(), namespace.fd().number(), type.number()));
    if (!link.ok()) {
      throw refusal(program, "LINK_CREATE", link.errno(), type);
    }
    program.step(
        "LINK_CREATE "
            + type.label()
            + " on network namespace "
            + netns
            + " ("
            + namespace.inode()
            + "): "
            + link.fd());
    return Attachment.ofLink(link.fd());
  }

  /// The program stays until it is taken off, which is done from within the network namespace.
  ///
  /// @param namespace is closed with the attachment, also where this fails
  static Attachment withoutLink(Attaching program, NetworkNamespace namespace) {
    var held = HeldProgram.of(program.program(), namespace.fd());
    try {
      set(program, namespace, held.number());
      program.step("PROG_ATTACH flow_dissector on network namespace " + namespace.inode());
      return Attachment.ofHook(
              List.of(namespace.fd()),
              held,
              () -> {
                var refused =
                    namespace.call(
                        () -> Bpf.progDetach(0, held.number(), AttachType.FLOW_DISSECTOR.number()));
                if (refused != 0 && refused != Errno.ENOENT) {
                  throw program.refusal("PROG_DETACH", refused, NEEDS);
                }
              },
              (next, expected) -> {
                if (expected != 0) {
                  throw LinkChange.noExpectation(
                      program.what(), "a network namespace without links");
                }
                held.become(next, () -> set(program, namespace, next));
              })
          .asking(() -> {
            var type = AttachType.FLOW_DISSECTOR.number();
            var there = LinkCalls.query(namespace.fd().number(), type, false);
            return there.errno() != 0 || there.holds(ObjectInfo.program(held.number()).id());
          });
    } catch (RuntimeException | Error e) {
      held.close();
      namespace.close();
      throw e;
    }
  }

  private static void set(Attaching program, NetworkNamespace namespace, int fd) {
    var type = AttachType.FLOW_DISSECTOR;
    var errno = namespace.call(() -> Bpf.progAttach(0, fd, type.number(), 0));
    if (errno != 0) {
      throw refusal(program, "PROG_ATTACH", errno, type);
    }
  }

  private static KernelException refusal(
      Attaching program, String command, int errno, AttachType type) {
    if (type == AttachType.FLOW_DISSECTOR
        && (errno == Errno.E2BIG || errno == Errno.EEXIST || errno == Errno.EBUSY)) {
      return new KernelException(
          command,
          errno,
          program.what()
              + ": "
              + command
              + ": "
              + Errno.describe(errno)
              + ": there is a flow dissector already, in this network namespace, or in the initial"
              + " one, whose holds for all, or in another, which keeps the initial one from having"
              + " one"
              + Occupant.ofLinks(l ->
                  l instanceof LinkInfo.Netns n && n.hook() == type.number() && n.netns().exists())
              + "\n  try: update or close that one; ebpf4j net shows those without a link, too");
    }
    if (errno == Errno.E2BIG) {
      return new KernelException(
          command,
          errno,
          program.what()
              + ": "
              + command
              + ": "
              + Errno.describe(errno)
              + ": a network namespace takes 64 programs of this kind, and has them\n  try: ebpf4j link list, which lists them, and ebpf4j why, which says who holds them");
    }
    return program.refusal(command, errno, NEEDS);
  }
}
