package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;

/// System calls that only tests make.
public final class TestCalls {
  private static final int CLONE_NEWNET = 0x40000000;

  private TestCalls() {}

  /// Gives the calling thread, which must be a platform thread, a network namespace of its own. 0,
  /// or an error number.
  public static int unshareNetwork() {
    return (int) -Native.call(SystemCall.UNSHARE, CLONE_NEWNET, 0, 0);
  }

  /// Writes to a descriptor: how many bytes, or an error number negated.
  public static int write(int fd, byte[] bytes) {
    try (var arena = Arena.ofConfined()) {
      var memory = new Attr(arena, 0).copy(bytes);
      return (int) Native.call(SystemCall.WRITE, fd, memory.address(), bytes.length);
    }
  }
}
