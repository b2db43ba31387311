package org.ebpf4j.linux.internal.sys;

import java.util.concurrent.atomic.AtomicInteger;

/// A descriptor that somebody owns. It is never 0, 1 or 2 (the kernel reads 0 as "none" in many
/// places), and a child process does not inherit it. Closing twice is closing once.
public final class Fd implements AutoCloseable {
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int CLOSED = -1;

  private final AtomicInteger number;

  private Fd(int number) {
    this.number = new AtomicInteger(number);
  }

  /// Takes what a system call returned: a descriptor to own. A low one is moved up.
  static Fd own(long result) {
    var fd = Math.toIntExact(result);
    if (fd > 2) {
      return new Fd(fd);
    }
    var moved = Native.call(SystemCall.FCNTL, fd, F_DUPFD_CLOEXEC, 3);
    Native.call(SystemCall.CLOSE, fd, 0, 0);
    if (moved < 0) {
      throw org.ebpf4j.error.KernelException.of(
          "descriptor " + fd, "fcntl F_DUPFD_CLOEXEC", (int) -moved);
    }
    return new Fd(Math.toIntExact(moved));
  }

  /// Another descriptor for the same open file.
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  public static Fd duplicate(int fd) {
    var copy = Native.call(SystemCall.FCNTL, fd, F_DUPFD_CLOEXEC, 3);
    if (copy < 0) {
      throw org.ebpf4j.error.KernelException.of(
          "descriptor " + fd, "fcntl F_DUPFD_CLOEXEC", (int) -copy);
    }
    return new Fd(Math.toIntExact(copy));
  }

  /// The number.
  ///
  /// @throws IllegalStateException after [#close()]
  public int number() {
    var fd = number.get();
    if (fd == CLOSED) {
      throw new IllegalStateException("closed");
    }
    return fd;
  }

  /// Whether it is open.
  public boolean isOpen() {
    return number.get() != CLOSED;
  }

  @Override
  public void close() {
    var fd = number.getAndSet(CLOSED);
    if (fd != CLOSED) {
      Native.call(SystemCall.CLOSE, fd, 0, 0);
    }
  }

  @Override
  public String toString() {
    var fd = number.get();
    return fd == CLOSED ? "closed" : "fd " + fd;
  }
}
