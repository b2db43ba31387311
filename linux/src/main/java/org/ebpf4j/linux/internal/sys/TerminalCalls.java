package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;

/// System calls on terminals.
public final class TerminalCalls {
  // include/uapi/asm-generic/ioctls.h
  private static final int TIOCGWINSZ = 0x5413;

  // include/uapi/asm-generic/poll.h
  private static final int POLLERR = 0x8;
  private static final int POLLHUP = 0x10;

  private TerminalCalls() {}

  /// Whether what is written there reaches nobody any more: a pipe without a reader, a terminal
  /// that was closed.
  public static boolean isHungUp(int fd) {
    try (var arena = Arena.ofConfined()) {
      var poll = arena.allocate(8, 4);
      var numbers = Native.numbers(poll).putInt(0, fd);
      var now = arena.allocate(16, 8);
      Native.call(SystemCall.PPOLL, poll.address(), 1, now.address(), 0, 0, 0);
      return (numbers.getShort(6) & (POLLERR | POLLHUP)) != 0;
    }
  }

  /// How many columns a terminal has, 0 where it does not know; an error number negated.
  public static int columns(int fd) {
    try (var arena = Arena.ofConfined()) {
      // struct winsize: rows, columns, and two that nobody uses
      var size = arena.allocate(8, 2);
      var result = Native.call(SystemCall.IOCTL, fd, TIOCGWINSZ, size.address());
      return result < 0 ? (int) result : Short.toUnsignedInt(Native.numbers(size).getShort(2));
    }
  }
}
