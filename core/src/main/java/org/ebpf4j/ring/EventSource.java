package org.ebpf4j.ring;

import java.util.List;
import org.ebpf4j.spi.Waitable;

/// What a [RingPoller] reads: a ring, or several, with what is done with their events. What it is
/// made of stays its owner's.
public interface EventSource {
  /// What there may be to read.
  enum State {
    /// Nothing.
    EMPTY,
    /// Something that is still being written.
    BUSY,
    /// Something.
    READY
  }

  /// What it is to be waited for by.
  List<? extends Waitable> waitables();

  /// Reads what is there, without waiting: how many events. 0 where it is closed.
  int consume();

  /// Whether there is something to read. Whoever finds nothing here and waits is woken by the next
  /// event: what was read before is made known to the producer first.
  State state();

  /// Has `action` called before it is closed, by whoever closes it; at once where it is closed
  /// already.
  void beforeClose(Runnable action);

  /// Takes back what [#beforeClose(Runnable)] asked for.
  void forget(Runnable action);
}
