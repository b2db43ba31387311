package org.ebpf4j;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.spi.Closing;

/// Several links that are closed together, the last first. Where one cannot be closed, the others
/// are all the same; the first failure is thrown, with the others attached to it.
///
/// @param links the links, in the order they were made
public record LinkSet(List<? extends Link> links) implements AutoCloseable {
  public LinkSet {
    links = List.copyOf(links);
  }

  /// These links and then others, which are closed first.
  public LinkSet and(LinkSet others) {
    var all = new ArrayList<Link>(links);
    all.addAll(others.links);
    return new LinkSet(all);
  }

  @Override
  public void close() {
    Closing.all(links);
  }
}
