package org.ebpf4j.attach;

import java.nio.file.Path;

/// A cgroup of the second version: the program runs for the processes and sockets in it and below
/// it.
///
/// @param path the directory of the cgroup
/// @param type which of the cgroup's hooks
public record Cgroup(Path path, AttachType type) implements AttachPoint {
  @Override
  public String describe() {
    return type.label() + " of cgroup " + path;
  }
}
