package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/// System calls on terminals.
public final class TerminalCalls {
  // include/uapi/asm-generic/ioctls.h
  private static final int TIOCGWINSZ = 0x5413;

  private TerminalCalls() {}

  /// How many columns a terminal has, 0 where it does not know; an error number negated.
  public static int columns(int fd) {
    try (var arena = Arena.ofConfined()) {
      // struct winsize: rows, columns, and two that nobody uses
      var size = arena.allocate(8, 2);
      var result = Native.call(SystemCall.IOCTL, fd, TIOCGWINSZ, size.address());
      return result < 0 ? (int) result : Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 2));
    }
  }
}
