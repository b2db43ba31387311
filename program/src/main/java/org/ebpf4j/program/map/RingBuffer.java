package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.RingStore;
import org.jspecify.annotations.Nullable;

/// A ring buffer of events.
///
/// @param <E> the events: a record or a class of fields
@MapKind(MapType.RINGBUF)
public final class RingBuffer<E> extends BpfMap {
  private final RingStore store;

  /// A ring of that many bytes, a power of two and a multiple of a page.
  ///
  /// @param type the class of its events
  public RingBuffer(Class<E> type, int bytes) {
    super(bytes);
    store = new RingStore(this::types, bytes);
  }

  /// Room for an event, which is then filled and submitted or discarded; null where the ring is
  /// full.
  @Helper(value = 131, trailing = 0)
  @SuppressWarnings("unchecked") // What is reserved is of this type.
  public @Nullable E reserve() {
    return (E) store.reserve();
  }

  /// Room for an event in a try statement: where it is not submitted, it is given up at the end,
  /// after an exception too.
  ///
  /// ```java
  /// try (var start = starts.reservation()) {
  ///   start.event().process = process;
  ///   start.submit();
  /// }
  /// ```
  @Helper(value = 131, trailing = 0)
  public Reservation<E> reservation() {
    return new Reservation<>(this, reserve());
  }

  /// Sends an event that was reserved.
  ///
  /// @throws IllegalStateException on the JVM, where it was not reserved, or is sent already
  @Helper(value = 132, trailing = 0)
  public void submit(E event) {
    store.finish(event, false, 0);
  }

  /// Gives an event up that was reserved.
  ///
  /// @throws IllegalStateException on the JVM, where it was not reserved, or is sent already
  @Helper(value = 133, trailing = 0)
  public void discard(E event) {
    store.finish(event, true, 0);
  }

  /// Sends a copy of an event; false where the ring is full.
  @Helper(value = 130, trailing = 0)
  public boolean output(E event) {
    return store.output(event, 0) == 0;
  }

  /// What `bpf_ringbuf_query` tells: bytes that are not read (0), the size (1), where its reader is
  /// (2), where its writers are (3).
  @Helper(134)
  public long query(long what) {
    return store.query(what);
  }

  /// The next event on the JVM; null where there is none.
  @SuppressWarnings("unchecked") // What is in it is of this type.
  public @Nullable E poll() {
    return (E) store.poll();
  }

  @Override
  public RingStore onJvm() {
    return store;
  }
}
