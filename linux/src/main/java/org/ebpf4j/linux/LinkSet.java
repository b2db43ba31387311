package org.ebpf4j.linux;

import java.util.List;

/// Several links that are closed together, the last first.
///
/// @param links the links, in the order they were made
public record LinkSet(List<LinuxLink> links) implements AutoCloseable {
  public LinkSet {
    links = List.copyOf(links);
  }

  @Override
  public void close() {
    Closing.all(links);
  }
}
