package org.ebpf4j.program.map;

import org.jspecify.annotations.Nullable;

/// Room for an event in a ring buffer, for a try statement: what was not submitted at its end is
/// given up.
///
/// @param <E> the event
public final class Reservation<E> implements AutoCloseable {
  private final RingBuffer<E> ring;
  private @Nullable E event;

  Reservation(RingBuffer<E> ring, @Nullable E event) {
    this.ring = ring;
    this.event = event;
  }

  /// The event, to be filled; null where the ring was full, and once it was submitted.
  public @Nullable E event() {
    return event;
  }

  /// Sends the event.
  ///
  /// @throws IllegalStateException where there is none
  public void submit() {
    var room = event;
    if (room == null) {
      throw new IllegalStateException("no room in the ring, or submitted already");
    }
    event = null;
    ring.submit(room);
  }

  /// Gives the room up, unless the event was submitted.
  @Override
  public void close() {
    var room = event;
    if (room != null) {
      event = null;
      ring.discard(room);
    }
  }
}
