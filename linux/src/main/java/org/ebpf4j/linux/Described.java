package org.ebpf4j.linux;

/// Something of this machine's kernel that a descriptor stands for.
sealed interface Described permits LinuxMap, LinuxProgram, ListeningSocket, Described.Foreign {
  /// The descriptor.
  ///
  /// @throws IllegalStateException where it is closed
  int fd();

  /// What somebody else opened, and closes.
  non-sealed interface Foreign extends Described {}
}
