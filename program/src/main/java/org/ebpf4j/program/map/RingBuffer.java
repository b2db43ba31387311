package org.ebpf4j.program.map;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.jspecify.annotations.Nullable;

/// A ring buffer of events.
///
/// @param <E> the events: a record or a class of fields
@MapKind(MapType.RINGBUF)
public final class RingBuffer<E> extends BpfMap {
  private final Class<E> type;
  private final ConcurrentLinkedQueue<E> events = new ConcurrentLinkedQueue<>();

  /// A ring of that many bytes, a power of two and a multiple of a page.
  public RingBuffer(Class<E> type, int bytes) {
    super(bytes);
    this.type = type;
  }

  /// Room for an event, which is then filled and submitted or discarded; null where the ring is
  /// full.
  @Helper(value = 131, trailing = 0)
  public @Nullable E reserve() {
    try {
      var constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no event of " + type, e);
    }
  }

  /// Sends an event that was reserved.
  @Helper(value = 132, trailing = 0)
  public void submit(E event) {
    events.add(event);
  }

  /// Gives an event up that was reserved.
  @Helper(value = 133, trailing = 0)
  public void discard(E event) {}

  /// Sends a copy of an event; false where the ring is full.
  @Helper(value = 130, trailing = 0)
  public boolean output(E event) {
    return events.add(event);
  }

  /// The next event on the JVM; null where there is none.
  public @Nullable E poll() {
    return events.poll();
  }
}
