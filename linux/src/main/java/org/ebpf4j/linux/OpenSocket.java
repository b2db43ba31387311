package org.ebpf4j.linux;

import org.ebpf4j.attach.Handle;

/// A socket that somebody else opened, by its descriptor in this process: that of a framework's
/// channel, or one that was inherited.
///
/// @param fd the descriptor; it stays its owner's
public record OpenSocket(int fd) implements Described.Foreign, Handle {
  @Override
  public String name() {
    return "fd " + fd;
  }
}
