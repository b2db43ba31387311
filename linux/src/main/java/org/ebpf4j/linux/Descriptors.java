package org.ebpf4j.linux;

import org.ebpf4j.attach.Handle;

/// The descriptors of what is alive in this machine's kernel.
final class Descriptors {
  private Descriptors() {}

  /// @throws IllegalArgumentException for what is of another kernel
  static int of(Handle handle) {
    if (handle instanceof Described own) {
      return own.fd();
    }
    throw new IllegalArgumentException("'" + handle.name() + "' is not of this machine's kernel");
  }
}
