package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;

/// The limit on locked memory (`RLIMIT_MEMLOCK`), which kernels before 5.11 charge maps and
/// programs to. It is the whole process's.
public final class Limits {
  private static final int RLIMIT_MEMLOCK = 8;
  private static final long INFINITY = -1;

  private Limits() {}

  /// Whether locked memory is limited.
  public static boolean isMemlockLimited() {
    try (var arena = Arena.ofConfined()) {
      var limit = arena.allocate(16, 8);
      var result = Native.call(SystemCall.PRLIMIT64, 0, RLIMIT_MEMLOCK, 0, limit.address(), 0, 0);
      return result == 0 && Native.numbers(limit).getLong(0) != INFINITY;
    }
  }

  /// Lifts the limit for this process. 0, or an error number.
  public static int liftMemlock() {
    try (var arena = Arena.ofConfined()) {
      var limit = arena.allocate(16, 8);
      Native.numbers(limit).putLong(0, INFINITY).putLong(8, INFINITY);
      return (int) -Native.call(SystemCall.PRLIMIT64, 0, RLIMIT_MEMLOCK, limit.address(), 0, 0, 0);
    }
  }
}
