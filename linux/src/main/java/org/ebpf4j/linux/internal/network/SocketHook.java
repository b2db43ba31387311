package org.ebpf4j.linux.internal.network;

import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.attach.SkReuseport;
import org.ebpf4j.attach.SocketFilter;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.HeldProgram;
import org.ebpf4j.linux.internal.attachment.LinkChange;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Sockets;

/// Sockets: the socket options `SO_ATTACH_BPF` and `SO_ATTACH_REUSEPORT_EBPF`. A socket has no
/// links; the program stays on it until it is taken off or the socket is closed everywhere. The
/// attachment holds a descriptor of its own, so that it is always the right socket that is freed. A
/// program that is attached later takes the earlier one's place, and the end of either attachment
/// leaves the socket without a program.
public record SocketHook(Attaching program, boolean isGroup, Fd socket) {
  public static Attachment attach(Attaching program, SocketFilter point) {
    var socket = Fd.duplicate(program.descriptor(point.socket()));
    return new SocketHook(program, false, socket).attach();
  }

  /// The sockets that share a port, by one of them.
  public static Attachment reuseport(Attaching program, SkReuseport point) {
    var socket = Fd.duplicate(program.descriptor(point.socket()));
    return new SocketHook(program, true, socket).attach();
  }

  private String option() {
    return isGroup ? "SO_ATTACH_REUSEPORT_EBPF" : "SO_ATTACH_BPF";
  }

  private Attachment attach() {
    var held = HeldProgram.of(program.program(), socket);
    var errno = put(program.program());
    if (errno != 0) {
      held.close();
      socket.close();
      throw refusal(errno);
    }
    program.step("setsockopt " + option() + " on " + socket);
    return Attachment.ofHook(
        List.of(socket),
        held,
        this::takeOff,
        (next, expected) -> {
          if (expected != 0) {
            throw LinkChange.noExpectation(program.what(), "a socket");
          }
          held.become(
              next,
              () -> {
                var refused = put(next);
                if (refused != 0) {
                  throw refusal(refused);
                }
              });
        });
  }

  private int put(int what) {
    return isGroup
        ? Sockets.attachToGroup(socket.number(), what)
        : Sockets.attach(socket.number(), what);
  }

  private void takeOff() {
    var refused =
        isGroup ? Sockets.detachFromGroup(socket.number()) : Sockets.detach(socket.number());
    if (refused != 0 && refused != Errno.ENOENT) {
      throw program.refusal(
          isGroup ? "setsockopt SO_DETACH_REUSEPORT_BPF" : "setsockopt SO_DETACH_BPF", refused);
    }
  }

  private BpfException refusal(int errno) {
    var command = "setsockopt " + option();
    if (isGroup && errno == Errno.EINVAL) {
      return new KernelException(
          command,
          errno,
          program.what()
              + ": "
              + command
              + ": "
              + Errno.describe(errno)
              + ": the socket does not share its port"
              + "\n  try: set SO_REUSEPORT before it is bound");
    }
    return program.refusal(
        command,
        errno,
        isGroup
            ? EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN)
            : EnumSet.noneOf(Capability.class));
  }
}
