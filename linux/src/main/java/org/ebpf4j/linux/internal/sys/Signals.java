package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/// Keeps signals away from a thread for the length of a call. The verifier gives up with `EAGAIN`
/// when its thread has a signal pending, and a program that takes longer to verify than the time
/// between two signals of a profiler would never load.
final class Signals {
  private static final int SIG_SETMASK = 2;
  private static final int MASK_BYTES = 8;

  /// Never masked: what reports a fault of this very thread (SIGILL 4, SIGTRAP 5, SIGBUS 7, SIGFPE
  /// 8, SIGSEGV 11, SIGSYS 31), what the JVM stops its threads with (SIGQUIT 3, SIGUSR2 12), and
  /// what the C library keeps for itself (32 and 33).
  private static final long UNTOUCHED =
      bit(3) | bit(4) | bit(5) | bit(7) | bit(8) | bit(11) | bit(12) | bit(31) | bit(32) | bit(33);

  private Signals() {}

  private static long bit(int signal) {
    return 1L << (signal - 1);
  }

  /// Runs a call with signals masked, on this thread, or on a platform thread of its own where this
  /// one is virtual (the mask belongs to the thread of the kernel).
  static long masked(LongSupplier call) {
    if (!Thread.currentThread().isVirtual()) {
      return maskedHere(call);
    }
    var result = new CompletableFuture<Long>();
    Thread.ofPlatform()
        .name("ebpf4j-load")
        .start(() -> {
          try {
            result.complete(maskedHere(call));
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.get();
    } catch (InterruptedException e) {
      // The call cannot be called off, and its memory must outlive it.
      var value = result.join();
      Thread.currentThread().interrupt();
      return value;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static long maskedHere(LongSupplier call) {
    try (var arena = Arena.ofConfined()) {
      var wanted = arena.allocate(8, 8);
      Native.numbers(wanted).putLong(0, ~UNTOUCHED);
      var before = arena.allocate(8, 8);
      var set = mask(wanted, before);
      try {
        return call.getAsLong();
      } finally {
        if (set == 0) {
          mask(before, MemorySegment.NULL);
        }
      }
    }
  }

  private static long mask(MemorySegment wanted, MemorySegment before) {
    return Native.call(
        SystemCall.RT_SIGPROCMASK,
        SIG_SETMASK,
        wanted.address(),
        before.address(),
        MASK_BYTES,
        0,
        0);
  }
}
