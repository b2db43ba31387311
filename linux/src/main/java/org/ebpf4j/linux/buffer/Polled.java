package org.ebpf4j.linux.buffer;

import org.ebpf4j.spi.Waitable;

/// What is waited for by a descriptor.
interface Polled extends Waitable {
  /// The descriptor.
  int fd();

  /// For what, of [org.ebpf4j.linux.internal.sys.Epoll].
  int events();
}
