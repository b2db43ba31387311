package org.ebpf4j.linux;

import java.net.InetSocketAddress;
import java.util.EnumSet;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.attach.SocketFilter;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Sockets;

/// A TCP socket that listens, with a descriptor that programs can be attached to (those of
/// `java.net` hide theirs). Any thread may use it; whoever opened it closes it.
public final class ListeningSocket implements Described, Handle, AutoCloseable {
  private static final int BACKLOG = 128;

  private final Fd fd;
  private final InetSocketAddress address;

  private ListeningSocket(Fd fd, InetSocketAddress address) {
    this.fd = fd;
    this.address = address;
  }

  /// @param shares whether others of the same user may listen on the same port
  static ListeningSocket open(InetSocketAddress address, boolean shares) {
    if (address.isUnresolved()) {
      throw new BpfException("the address " + address.getHostString() + " is not known");
    }
    var opened = Sockets.tcp(address);
    if (!opened.ok()) {
      throw Refusal.of(
          "a socket for " + address, "socket", opened.errno(), EnumSet.noneOf(Capability.class));
    }
    var fd = opened.fd();
    try {
      var shared = shares ? Sockets.sharePort(fd.number()) : 0;
      var errno = shared != 0 ? shared : Sockets.listen(fd.number(), address, BACKLOG);
      if (errno != 0) {
        throw new KernelException(
            "listen",
            errno,
            "cannot listen on "
                + address.getAddress().getHostAddress()
                + ":"
                + address.getPort()
                + ": "
                + Errno.describe(errno)
                + "\n  try: an address of this machine, and a port that nothing listens on: ip address,"
                + " ss -ltn");
      }
      return new ListeningSocket(fd, Sockets.localAddress(fd.number()));
    } catch (RuntimeException e) {
      fd.close();
      throw e;
    }
  }

  /// The descriptor.
  @Override
  public int fd() {
    return fd.number();
  }

  /// The descriptor, which can be held.
  Fd descriptor() {
    return fd;
  }

  /// The address it listens on, with the port that the kernel chose where none was asked for.
  public InetSocketAddress address() {
    return address;
  }

  /// `listen=127.0.0.1:9527`, as `--attach` names it.
  @Override
  public String name() {
    var host = address.getAddress().getHostAddress();
    return "listen=" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /// The attach point that this socket is.
  public SocketFilter attachPoint() {
    return new SocketFilter(this);
  }

  /// Accepts the connections that wait, and closes them; how many there were.
  public int dismissConnections() {
    var count = 0;
    while (fd.isOpen()) {
      var accepted = Sockets.accept(fd.number());
      if (!accepted.ok()) {
        break;
      }
      accepted.fd().close();
      count++;
    }
    return count;
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public String toString() {
    return "socket listening on " + address + " (" + fd + ")";
  }
}
