package org.ebpf4j.linux;

import org.ebpf4j.attach.Handle;

/// The descriptors of what is alive in this machine's kernel.
final class Descriptors {
  private Descriptors() {}

  /// @throws IllegalArgumentException for what is of another kernel
  static int of(Handle handle) {
    return switch (handle) {
      case LinuxMap map -> map.fd();
      case LinuxProgram program -> program.fd();
      case ListeningSocket socket -> socket.fd();
      case OpenSocket socket -> socket.fd();
      default ->
          throw new IllegalArgumentException(
              "'" + handle.name() + "' is not of this machine's kernel");
    };
  }
}
