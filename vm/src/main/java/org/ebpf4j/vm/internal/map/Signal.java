package org.ebpf4j.vm.internal.map;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.ebpf4j.spi.Waitable;

/// Tells those who wait that something has happened. Any thread may use it.
final class Signal {
  private final Set<RingWaiter> waiters = new CopyOnWriteArraySet<>();

  /// Something that can be waited for.
  interface Source extends Waitable {
    /// What tells of it.
    Signal signal();

    /// Whether it is not closed.
    default boolean isOpen() {
      return true;
    }
  }

  void add(RingWaiter waiter) {
    waiters.add(waiter);
  }

  void remove(RingWaiter waiter) {
    waiters.remove(waiter);
  }

  void raise() {
    waiters.forEach(RingWaiter::wake);
  }
}
