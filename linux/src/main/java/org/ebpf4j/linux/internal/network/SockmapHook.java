package org.ebpf4j.linux.internal.network;

import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Sockmap;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.HeldProgram;
import org.ebpf4j.linux.internal.attachment.LinkChange;
import org.ebpf4j.linux.internal.attachment.Occupant;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.LinkCreate;

/// Maps of sockets: a link on the map (since 6.10), or else `PROG_ATTACH`, which lasts until it is
/// undone or the map goes. A socket takes the programs with it when it is put into the map, and
/// keeps them until it leaves: attaching and detaching concern the sockets that come later.
public final class SockmapHook {
  private static final EnumSet<Capability> NEEDS =
      EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN);

  private SockmapHook() {}

  public static Attachment attach(Attaching program, Sockmap point) {
    var type = point.type();
    var mapFd = program.descriptor(point.map());
    var link = Bpf.linkCreate(new LinkCreate.OnDescriptor(program.program(), mapFd, type.number()));
    if (link.ok()) {
      program.step("LINK_CREATE " + type.label() + " on map fd " + mapFd + ": " + link.fd());
      return Attachment.ofLink(link.fd());
    }
    if (link.errno() != Errno.EINVAL && link.errno() != Errno.EOPNOTSUPP) {
      throw refusal(program, "LINK_CREATE", link.errno(), mapFd, type);
    }
    var map = Fd.duplicate(mapFd);
    var held = HeldProgram.of(program.program(), map);
    var errno = Bpf.progAttach(mapFd, program.program(), type.number(), 0);
    if (errno != 0) {
      held.close();
      map.close();
      throw refusal(program, "PROG_ATTACH", errno, mapFd, type);
    }
    program.step("PROG_ATTACH " + type.label() + " on map fd " + mapFd);
    return Attachment.ofHook(
            List.of(map),
            held,
            () -> {
              var refused = Bpf.progDetach(map.number(), held.number(), type.number());
              if (refused != 0 && refused != Errno.ENOENT) {
                throw program.refusal("PROG_DETACH", refused, NEEDS);
              }
            },
            (next, expected) -> {
              if (expected != 0) {
                throw LinkChange.noExpectation(program.what(), "a map of sockets without links");
              }
              held.become(
                  next,
                  () -> {
                    var refused = Bpf.progAttach(map.number(), next, type.number(), 0);
                    if (refused != 0) {
                      throw program.refusal("PROG_ATTACH", refused, NEEDS);
                    }
                  });
            })
        .asking(() -> {
          var there = LinkCalls.query(map.number(), type.number(), false);
          // Kernels before 5.17 do not tell.
          return there.errno() != 0 || there.holds(ObjectInfo.program(held.number()).id());
        });
  }

  private static KernelException refusal(
      Attaching program, String command, int errno, int map, AttachType type) {
    if (errno != Errno.EBUSY) {
      return program.refusal(command, errno, NEEDS);
    }
    var id = ObjectInfo.map(map).id();
    return new KernelException(
        command,
        errno,
        program.what()
            + ": "
            + command
            + ": "
            + Errno.describe(errno)
            + ": the map has a program of a link for "
            + type.label()
            + Occupant.ofLinks(
                l -> l instanceof LinkInfo.Sockmap s && s.map() == id && s.hook() == type.number())
            + "\n  try: update that link, or close it first");
  }
}
