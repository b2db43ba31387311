package org.ebpf4j.linux.internal.sys;

import java.util.concurrent.atomic.AtomicInteger;

/// A descriptor that somebody owns. It is never 0, 1 or 2 (the kernel reads 0 as "none" in many
/// places), and a child process does not inherit it. Closing twice is closing once. Whoever may be
/// using it while another thread closes it holds it meanwhile ([#hold()]): then it is closed by the
/// last that lets go, and its number is nobody else's before that.
public final class Fd implements AutoCloseable {
  private static final int F_DUPFD_CLOEXEC = 1030;

  /// Set in [#uses] when it is to be closed; the rest of it counts those who hold it.
  private static final int CLOSING = 1 << 31;

  private final int descriptor;
  private final AtomicInteger uses = new AtomicInteger();

  private Fd(int descriptor) {
    this.descriptor = descriptor;
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
    if (!isOpen()) {
      throw new IllegalStateException("closed");
    }
    return descriptor;
  }

  /// Whether it is open.
  public boolean isOpen() {
    return uses.get() >= 0;
  }

  /// The number, which stays this descriptor's until [#release()], also where it is closed
  /// meanwhile.
  ///
  /// @throws IllegalStateException after [#close()]
  public int hold() {
    var held = uses.getAndUpdate(n -> n < 0 ? n : n + 1);
    if (held < 0) {
      throw new IllegalStateException("closed");
    }
    return descriptor;
  }

  /// Ends what [#hold()] began.
  public void release() {
    if (uses.decrementAndGet() == CLOSING) {
      Native.call(SystemCall.CLOSE, descriptor, 0, 0);
    }
  }

  @Override
  public void close() {
    if (uses.getAndUpdate(n -> n | CLOSING) == 0) {
      Native.call(SystemCall.CLOSE, descriptor, 0, 0);
    }
  }

  @Override
  public String toString() {
    return isOpen() ? "fd " + descriptor : "closed";
  }
}
