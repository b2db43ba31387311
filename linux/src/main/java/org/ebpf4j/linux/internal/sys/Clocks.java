package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.time.Instant;

/// The clocks that the kernel writes times of its objects with.
public final class Clocks {
  private static final int CLOCK_REALTIME = 0;
  private static final int CLOCK_BOOTTIME = 7;
  private static final long NANOS = 1_000_000_000;

  private Clocks() {}

  /// The time of day that was `nanos` after the machine was started.
  public static Instant sinceBoot(long nanos) {
    var day = now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME) + nanos;
    return Instant.ofEpochSecond(Math.floorDiv(day, NANOS), Math.floorMod(day, NANOS));
  }

  private static long now(int clock) {
    try (var arena = Arena.ofConfined()) {
      var time = arena.allocate(16, 8);
      var result = Native.call(SystemCall.CLOCK_GETTIME, clock, time.address(), 0, 0, 0, 0);
      if (result != 0) {
        throw new IllegalStateException("clock_gettime(" + clock + "): error " + -result);
      }
      var numbers = Native.numbers(time);
      return numbers.getLong(0) * NANOS + numbers.getLong(8);
    }
  }
}
