package org.ebpf4j.linux;

/// Something of this machine's kernel that a descriptor stands for.
interface Described {
  /// The descriptor.
  ///
  /// @throws IllegalStateException where it is closed
  int fd();
}
