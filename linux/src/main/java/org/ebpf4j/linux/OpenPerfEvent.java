package org.ebpf4j.linux;

import org.ebpf4j.attach.Handle;

/// An event of the perf subsystem that somebody else opened (`perf_event_open`), by its descriptor
/// in this process.
///
/// @param fd the descriptor; it stays its owner's. Before 5.15 a program stays on the event until
///   all its descriptors are closed
public record OpenPerfEvent(int fd) implements Described.Foreign, Handle {
  @Override
  public String name() {
    return "fd " + fd;
  }
}
