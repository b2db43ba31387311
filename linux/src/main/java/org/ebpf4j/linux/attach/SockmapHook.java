package org.ebpf4j.linux.attach;

import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.ebpf4j.attach.Sockmap;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;

/// Maps of sockets: a link on the map (since 6.10), or else `PROG_ATTACH`, which lasts until it is
/// undone or the map goes. A socket takes the programs with it when it is put into the map, and
/// keeps them until it leaves: attaching and detaching concern the sockets that come later.
final class SockmapHook {
  private static final EnumSet<Capability> NEEDS =
      EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN);

  private SockmapHook() {}

  static Attachment attach(String what, int program, Sockmap point, Consumer<String> steps) {
    var type = point.type();
    var link = Bpf.linkCreate(program, point.mapFd(), type.number(), 0);
    if (link.ok()) {
      steps.accept(
          "LINK_CREATE " + type.label() + " on map fd " + point.mapFd() + ": " + link.fd());
      return Attachment.ofLink(link.fd());
    }
    if (link.errno() != Errno.EINVAL && link.errno() != Errno.EOPNOTSUPP) {
      throw Refusal.of(what, "LINK_CREATE", link.errno(), NEEDS);
    }
    var errno = Bpf.progAttach(point.mapFd(), program, type.number(), 0);
    if (errno != 0) {
      throw Refusal.of(what, "PROG_ATTACH", errno, NEEDS);
    }
    steps.accept("PROG_ATTACH " + type.label() + " on map fd " + point.mapFd());
    var map = Fd.duplicate(point.mapFd());
    var own = Fd.duplicate(program);
    return Attachment.ofHook(
        List.of(map, own),
        () -> {
          var refused = Bpf.progDetach(map.number(), own.number(), type.number());
          if (refused != 0 && refused != Errno.ENOENT) {
            throw Refusal.of(what, "PROG_DETACH", refused, NEEDS);
          }
        });
  }
}
