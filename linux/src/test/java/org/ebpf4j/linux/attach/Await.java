package org.ebpf4j.linux.attach;

import java.util.concurrent.locks.LockSupport;
import org.opentest4j.AssertionFailedError;

/// Waiting for something to become true, however slow the machine is.
final class Await {
  private static final long DEADLINE_SECONDS = 60;

  private Await() {}

  /// What is waited for.
  interface Condition<E extends Exception> {
    boolean holds() throws E;
  }

  /// Asks until it holds.
  ///
  /// @param what what is waited for, for the message
  static <E extends Exception> void until(String what, Condition<E> condition) throws E {
    var deadline = System.nanoTime() + DEADLINE_SECONDS * 1_000_000_000;
    while (!condition.holds()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionFailedError("not within " + DEADLINE_SECONDS + " s: " + what);
      }
      LockSupport.parkNanos(5_000_000);
    }
  }
}
