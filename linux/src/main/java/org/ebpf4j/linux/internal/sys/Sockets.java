package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.error.Errno;

/// Sockets of our own, with descriptors that can be given a program (those of `java.net` keep
/// theirs to themselves).
public final class Sockets {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int SOCK_NONBLOCK = 04000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_REUSEADDR = 2;
  private static final int SO_REUSEPORT = 15;
  private static final int SO_DETACH_FILTER = 27;
  private static final int SO_ATTACH_BPF = 50;
  private static final int SO_ATTACH_REUSEPORT_EBPF = 52;
  private static final int SO_DETACH_REUSEPORT_BPF = 68;
  private static final int SIOCGIFINDEX = 0x8933;
  private static final int NAME_SIZE = 16;
  private static final ValueLayout.OfShort NETWORK_SHORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  private Sockets() {}

  /// A TCP socket for the family of `address`, not yet bound.
  public static Result tcp(InetSocketAddress address) {
    return Result.of(
        Native.call(
            SystemCall.SOCKET,
            family(address.getAddress()),
            SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
            0));
  }

  /// The index of a network device of the calling thread's network namespace, or an error number
  /// negated.
  public static int deviceIndex(String name) {
    if (name.getBytes(StandardCharsets.UTF_8).length >= NAME_SIZE) {
      return -Errno.ENODEV;
    }
    var opened = Result.of(Native.call(SystemCall.SOCKET, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!opened.ok()) {
      return -opened.errno();
    }
    try (var socket = opened.fd();
        var arena = Arena.ofConfined()) {
      // struct ifreq: the name, then a union of 24 bytes.
      var request = arena.allocate(NAME_SIZE + 24, 8);
      request.setString(0, name);
      var result = Native.call(SystemCall.IOCTL, socket.number(), SIOCGIFINDEX, request.address());
      return result < 0 ? (int) result : request.get(ValueLayout.JAVA_INT, NAME_SIZE);
    }
  }

  private static int family(InetAddress address) {
    return address instanceof Inet4Address ? AF_INET : AF_INET6;
  }

  /// Binds it and listens. 0, or an error number.
  public static int listen(int fd, InetSocketAddress address, int backlog) {
    try (var arena = Arena.ofConfined()) {
      option(fd, SO_REUSEADDR, 1);
      var v4 = address.getAddress() instanceof Inet4Address;
      var length = v4 ? 16 : 28;
      var memory = arena.allocate(length, 8);
      memory.set(ValueLayout.JAVA_SHORT, 0, (short) family(address.getAddress()));
      memory.set(NETWORK_SHORT, 2, (short) address.getPort());
      var bytes = address.getAddress().getAddress();
      MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, v4 ? 4 : 8, bytes.length);
      var bound = Native.call(SystemCall.BIND, fd, memory.address(), length);
      return (int) -(bound < 0 ? bound : Native.call(SystemCall.LISTEN, fd, backlog, 0));
    }
  }

  /// The address that a socket is bound to.
  public static InetSocketAddress localAddress(int fd) {
    try (var arena = Arena.ofConfined()) {
      var memory = arena.allocate(28, 8);
      var length = arena.allocateFrom(ValueLayout.JAVA_INT, 28);
      var result = Native.call(SystemCall.GETSOCKNAME, fd, memory.address(), length.address());
      if (result < 0) {
        throw org.ebpf4j.error.KernelException.of("socket fd " + fd, "getsockname", (int) -result);
      }
      var v4 = memory.get(ValueLayout.JAVA_SHORT, 0) == AF_INET;
      var bytes = memory.asSlice(v4 ? 4 : 8, v4 ? 4 : 16).toArray(ValueLayout.JAVA_BYTE);
      var port = Short.toUnsignedInt(memory.get(NETWORK_SHORT, 2));
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Takes one waiting connection; `EAGAIN` where none waits.
  public static Result accept(int fd) {
    return Result.of(Native.call(SystemCall.ACCEPT4, fd, 0, 0, SOCK_CLOEXEC, 0, 0));
  }

  /// Gives a socket a program. 0, or an error number.
  public static int attach(int fd, int program) {
    return option(fd, SO_ATTACH_BPF, program);
  }

  /// Takes a socket's program away. 0, or an error number.
  public static int detach(int fd) {
    return option(fd, SO_DETACH_FILTER, 0);
  }

  /// Lets a socket that is not bound yet share its port. 0, or an error number.
  public static int sharePort(int fd) {
    return option(fd, SO_REUSEPORT, 1);
  }

  /// Gives the sockets that share a port a program. 0, or an error number.
  ///
  /// @param fd one of the sockets
  public static int attachToGroup(int fd, int program) {
    return option(fd, SO_ATTACH_REUSEPORT_EBPF, program);
  }

  /// Takes the program of the sockets that share a port away. 0, or an error number.
  ///
  /// @param fd one of the sockets
  public static int detachFromGroup(int fd) {
    return option(fd, SO_DETACH_REUSEPORT_BPF, 0);
  }

  private static int option(int fd, int option, int value) {
    try (var arena = Arena.ofConfined()) {
      var memory = arena.allocateFrom(ValueLayout.JAVA_INT, value);
      return (int)
          -Native.call(SystemCall.SETSOCKOPT, fd, SOL_SOCKET, option, memory.address(), 4, 0);
    }
  }
}
