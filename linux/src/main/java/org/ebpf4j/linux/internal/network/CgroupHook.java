package org.ebpf4j.linux.internal.network;

import java.util.Arrays;
import java.util.List;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Order;
import org.ebpf4j.attach.Order.Position;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.HeldProgram;
import org.ebpf4j.linux.internal.query.Ids;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.LinkCreate;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// Cgroups of the second version: a link on the cgroup's directory (since 5.7), or else
/// `PROG_ATTACH`, beside other programs (since 4.15) or as the only one. What is attached without a
/// link stays when the process ends without taking it off.
public record CgroupHook(Attaching program, Cgroup point, CgroupRefusal refusal) {
  // include/uapi/linux/bpf.h
  private static final int BPF_F_ALLOW_OVERRIDE = 1;
  private static final int BPF_F_ALLOW_MULTI = 1 << 1;
  private static final int BPF_F_BEFORE = 1 << 3;
  private static final int BPF_F_AFTER = 1 << 4;
  private static final int BPF_F_ID = 1 << 5;
  private static final int BPF_F_PREORDER = 1 << 6;
  private static final int BPF_F_LINK = 1 << 13;

  public static Attachment attach(Attaching program, Cgroup point) {
    var directory = CgroupDirectory.open(program, point.path());
    var hook = new CgroupHook(program, point, new CgroupRefusal(program, point));
    Attachment attachment;
    try {
      attachment = hook.attach(directory);
    } catch (RuntimeException | Error e) {
      directory.close();
      throw e;
    }
    if (attachment.isLink()) {
      directory.close();
    }
    return attachment;
  }

  private Attachment attach(Fd directory) {
    removeLeft(directory);
    if (point.order().position() == Position.REPLACE) {
      return replace(directory);
    }
    return switch (point.sharing()) {
      case LINK -> link(directory);
      case MULTI -> stand(directory, BPF_F_ALLOW_MULTI);
      case OVERRIDE -> stand(directory, BPF_F_ALLOW_OVERRIDE);
    };
  }

  private String place(Fd directory) {
    return "cgroup " + CgroupDirectory.inode(directory) + " " + point.type().label();
  }

  /// Takes off what processes that are gone attached without a link.
  private void removeLeft(Fd directory) {
    var type = point.type().number();
    var there = LinkCalls.query(directory.number(), type, false);
    if (there.programs().length > 0) {
      Leftovers.removePrograms(
          program,
          place(directory),
          Arrays.stream(there.programs()).boxed().toList(),
          fd -> takenOff(Bpf.progDetach(directory.number(), fd, type), directory));
    }
  }

  private boolean isOrdered() {
    return point.preorder() || !point.order().equals(Order.DEFAULT);
  }

  private int orderFlags() {
    var order = point.order();
    var whom = order.id() == 0 ? 0 : order.isLink() ? BPF_F_LINK | BPF_F_ID : BPF_F_ID;
    return (point.preorder() ? BPF_F_PREORDER : 0)
        | switch (order.position()) {
          case DEFAULT, REPLACE -> 0;
          case HEAD, BEFORE -> BPF_F_BEFORE | whom;
          case TAIL, AFTER -> BPF_F_AFTER | whom;
        };
  }

  private Attachment link(Fd directory) {
    var order = point.order();
    var link =
        Bpf.linkCreate(
            new LinkCreate.Ordered(
                program.program(),
                directory.number(),
                point.type().number(),
                orderFlags(),
                order.id(),
                order.revision()));
    if (link.ok()) {
      program.step(
          "LINK_CREATE " + point.type().label() + " on " + point.path() + ": " + link.fd());
      return Attachment.ofLink(link.fd());
    }
    if (link.errno() != Errno.EINVAL || hasLinks(directory)) {
      throw refusal.of("LINK_CREATE", link.errno(), directory);
    }
    program.step("LINK_CREATE: this kernel has no links on cgroups");
    try {
      return stand(directory, BPF_F_ALLOW_MULTI);
    } catch (BpfException e) {
      if (isOrdered() || !refusal.isSharingUnknown(e)) {
        throw e;
      }
      return stand(directory, BPF_F_ALLOW_OVERRIDE);
    }
  }

  /// Whether the kernel has links on cgroups: then it looks for the program first.
  private boolean hasLinks(Fd directory) {
    var attempt =
        Bpf.linkCreate(new LinkCreate.OnDescriptor(-1, directory.number(), point.type().number()));
    if (attempt.ok()) {
      attempt.fd().close();
      return true;
    }
    return attempt.errno() == Errno.EBADF;
  }

  /// Without a link.
  private Attachment stand(Fd directory, int sharing) {
    if (sharing == BPF_F_ALLOW_OVERRIDE) {
      refusal.unlessFree(directory);
    }
    var held = HeldProgram.of(program.program(), directory);
    try {
      held.noted(program, place(directory));
      put(directory, program.program(), sharing | orderFlags(), 0);
    } catch (RuntimeException | Error e) {
      held.close();
      throw e;
    }
    program.step("PROG_ATTACH " + point.type().label() + " on " + point.path());
    return standing(directory, held, sharing);
  }

  /// In the place of a program that has no link.
  private Attachment replace(Fd directory) {
    var held = HeldProgram.of(program.program(), directory);
    try (var replaced = Ids.open(ObjectKind.PROGRAM, point.order().id())) {
      held.noted(program, place(directory));
      put(
          directory,
          program.program(),
          BPF_F_ALLOW_MULTI | LinkCalls.REPLACE | orderFlags(),
          replaced.number());
    } catch (RuntimeException | Error e) {
      held.close();
      throw e;
    }
    program.step(
        "PROG_ATTACH "
            + point.type().label()
            + " on "
            + point.path()
            + " in the place of "
            + point.order().id());
    return standing(directory, held, BPF_F_ALLOW_MULTI);
  }

  private void put(Fd directory, int what, int flags, int replaced) {
    var order = point.order();
    var isRelative = (flags & (BPF_F_BEFORE | BPF_F_AFTER)) != 0;
    var errno =
        LinkCalls.attach(
            directory.number(),
            what,
            point.type().number(),
            flags,
            replaced,
            isRelative ? order.id() : 0,
            order.revision());
    if (errno != 0) {
      throw refusal.of("PROG_ATTACH", errno, directory);
    }
  }

  private Attachment standing(Fd directory, HeldProgram held, int sharing) {
    return Attachment.ofHook(
            List.of(directory),
            held,
            () -> takeOff(directory, held, sharing),
            (next, expected) -> {
              held.unlessExpected(program, "PROG_ATTACH", expected);
              held.become(next, () -> exchange(directory, held, sharing, next));
            })
        .asking(() -> isThere(directory, held));
  }

  private void exchange(Fd directory, HeldProgram held, int sharing, int next) {
    var type = point.type().number();
    var errno =
        sharing == BPF_F_ALLOW_MULTI
            ? LinkCalls.attach(
                directory.number(),
                next,
                type,
                sharing | LinkCalls.REPLACE | (point.preorder() ? BPF_F_PREORDER : 0),
                held.number(),
                0,
                0)
            : isThere(directory, held)
                ? LinkCalls.attach(directory.number(), next, type, sharing, 0, 0, 0)
                : Errno.ENOENT;
    if (errno != 0) {
      throw refusal.of("PROG_ATTACH", errno, directory);
    }
  }

  /// A cgroup with only one program gives up whichever it is: it is ours, or left alone.
  private void takeOff(Fd directory, HeldProgram held, int sharing) {
    if (sharing == BPF_F_ALLOW_OVERRIDE && !isThere(directory, held)) {
      return;
    }
    takenOff(Bpf.progDetach(directory.number(), held.number(), point.type().number()), directory);
  }

  private void takenOff(int errno, Fd directory) {
    // Gone with its cgroup, or taken off by somebody else.
    if (errno != 0 && errno != Errno.ENOENT && errno != Errno.ENODEV) {
      throw refusal.of("PROG_DETACH", errno, directory);
    }
  }

  private boolean isThere(Fd directory, HeldProgram held) {
    return LinkCalls.query(directory.number(), point.type().number(), false)
        .holds(ObjectInfo.program(held.number()).id());
  }
}
