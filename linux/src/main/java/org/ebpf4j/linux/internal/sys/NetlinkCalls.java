package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.ebpf4j.error.Errno;

/// Netlink sockets of the family of routes, devices and traffic control, and the change of a
/// thread's network namespace.
public final class NetlinkCalls {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int NETLINK_ROUTE = 0;
  private static final int SOL_NETLINK = 270;
  private static final int NETLINK_CAP_ACK = 10;
  private static final int NETLINK_EXT_ACK = 11;
  private static final int NETLINK_GET_STRICT_CHK = 12;
  private static final int ADDRESS_SIZE = 12;
  private static final int MSG_PEEK = 2;
  private static final int MSG_TRUNC = 0x20;
  private static final int CLONE_NEWNET = 0x40000000;

  private NetlinkCalls() {}

  /// A socket in the calling thread's network namespace, bound to a port of its own.
  public static Result open() {
    var opened =
        Result.of(
            Native.call(
                SystemCall.SOCKET, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE, 0, 0, 0));
    if (!opened.ok()) {
      return opened;
    }
    var fd = opened.fd();
    // Texts of errors are asked for, without the request that they are about. Kernels before 4.12,
    // and before 4.20 for the last, do without.
    option(fd.number(), NETLINK_CAP_ACK);
    option(fd.number(), NETLINK_EXT_ACK);
    option(fd.number(), NETLINK_GET_STRICT_CHK);
    try (var arena = Arena.ofConfined()) {
      // struct sockaddr_nl: with port 0 the kernel chooses one.
      var address = arena.allocate(ADDRESS_SIZE, 4);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
      var bound = Native.call(SystemCall.BIND, fd.number(), address.address(), ADDRESS_SIZE);
      if (bound < 0) {
        fd.close();
        return Result.of(bound);
      }
    }
    return opened;
  }

  private static void option(int fd, int option) {
    try (var arena = Arena.ofConfined()) {
      var one = arena.allocateFrom(ValueLayout.JAVA_INT, 1);
      Native.call(SystemCall.SETSOCKOPT, fd, SOL_NETLINK, option, one.address(), 4, 0);
    }
  }

  /// The port that the kernel gave a socket, which is in each message to it; or an error number
  /// negated.
  public static long port(int fd) {
    try (var arena = Arena.ofConfined()) {
      var address = arena.allocate(ADDRESS_SIZE, 4);
      var length = arena.allocateFrom(ValueLayout.JAVA_INT, ADDRESS_SIZE);
      var result = Native.call(SystemCall.GETSOCKNAME, fd, address.address(), length.address());
      return result < 0 ? result : Integer.toUnsignedLong(address.get(ValueLayout.JAVA_INT, 4));
    }
  }

  /// Sends one datagram to the kernel. 0, or an error number.
  public static int send(int fd, byte[] bytes) {
    try (var arena = Arena.ofConfined()) {
      var memory = arena.allocate(bytes.length, 8);
      MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
      var address = arena.allocate(ADDRESS_SIZE, 4);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
      while (true) {
        var sent =
            Native.call(
                SystemCall.SENDTO,
                fd,
                memory.address(),
                bytes.length,
                0,
                address.address(),
                ADDRESS_SIZE);
        if (sent != -Errno.EINTR) {
          return sent < 0 ? (int) -sent : 0;
        }
      }
    }
  }

  /// One datagram.
  ///
  /// @param errno 0, or why there is none
  /// @param port who sent it; 0 for the kernel
  /// @param bytes all of it, however large
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  public record Datagram(int errno, int port, byte[] bytes) {}

  /// Waits for a datagram, and takes the whole of it: its size is asked for first.
  public static Datagram receive(int fd) {
    try (var arena = Arena.ofConfined()) {
      var size = receive(fd, arena.allocate(1), 1, MSG_PEEK | MSG_TRUNC, 0, 0);
      if (size < 0) {
        return new Datagram((int) -size, 0, new byte[0]);
      }
      var memory = arena.allocate(Math.max(1, size), 8);
      var address = arena.allocate(ADDRESS_SIZE, 4);
      var length = arena.allocateFrom(ValueLayout.JAVA_INT, ADDRESS_SIZE);
      var received = receive(fd, memory, size, 0, address.address(), length.address());
      if (received < 0) {
        return new Datagram((int) -received, 0, new byte[0]);
      }
      return new Datagram(
          0,
          address.get(ValueLayout.JAVA_INT, 4),
          memory.asSlice(0, received).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  private static long receive(
      int fd, MemorySegment memory, long size, int flags, long address, long length) {
    while (true) {
      var received =
          Native.call(SystemCall.RECVFROM, fd, memory.address(), size, flags, address, length);
      if (received != -Errno.EINTR) {
        return received;
      }
    }
  }

  /// Moves the calling thread, which must be a platform thread, into a new network namespace. 0, or
  /// an error number.
  public static int makeNetwork() {
    return (int) -Native.call(SystemCall.UNSHARE, CLONE_NEWNET, 0, 0);
  }

  /// Moves the calling thread, which must be a platform thread, into a network namespace. 0, or an
  /// error number: `EINVAL` where the file is no network namespace.
  public static int enterNetwork(int namespace) {
    return (int) -Native.call(SystemCall.SETNS, namespace, CLONE_NEWNET, 0);
  }
}
