package org.ebpf4j.spi;

/// What a [Waiter] can wait for. A waiter takes those of the kernel that it came from.
public interface Waitable {
  /// Its name, for messages.
  String name();
}
