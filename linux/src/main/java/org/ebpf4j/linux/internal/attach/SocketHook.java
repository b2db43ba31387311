package org.ebpf4j.linux.internal.attach;

import java.util.List;
import org.ebpf4j.attach.SocketFilter;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Sockets;

/// Sockets: the socket option `SO_ATTACH_BPF`. A socket has no links; the program stays on it until
/// it is taken off or the socket is closed everywhere. The attachment holds a descriptor of its
/// own, so that it is always the right socket that is freed. A program that is attached later takes
/// the earlier one's place, and the end of either attachment leaves the socket without a program.
final class SocketHook {
  private SocketHook() {}

  static Attachment attach(Attaching program, SocketFilter point) {
    var fd = program.descriptor(point.socket());
    var socket = Fd.duplicate(fd);
    var held = HeldProgram.of(program.program(), socket);
    var errno = Sockets.attach(socket.number(), program.program());
    if (errno != 0) {
      held.close();
      socket.close();
      throw program.refusal("setsockopt SO_ATTACH_BPF", errno);
    }
    program.step("setsockopt SO_ATTACH_BPF on fd " + fd);
    return Attachment.ofHook(
        List.of(socket),
        held,
        () -> {
          var refused = Sockets.detach(socket.number());
          if (refused != 0 && refused != Errno.ENOENT) {
            throw program.refusal("setsockopt SO_DETACH_BPF", refused);
          }
        },
        (next, expected) -> {
          if (expected != 0) {
            throw LinkChange.noExpectation(program.what(), "a socket");
          }
          held.become(
              next,
              () -> {
                var refused = Sockets.attach(socket.number(), next);
                if (refused != 0) {
                  throw program.refusal("setsockopt SO_ATTACH_BPF", refused);
                }
              });
        });
  }
}
