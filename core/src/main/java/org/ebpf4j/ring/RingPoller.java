package org.ebpf4j.ring;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.ebpf4j.spi.Waiter;

/// Reads several rings in one thread, and waits for all of them at once. One thread reads at a
/// time; rings may be added and closed by any, meanwhile. A ring that is closed is read no longer.
///
/// The order of events is that of each ring; between rings there is none.
public final class RingPoller implements AutoCloseable {
  private final Waiter waiter;
  private final Reader reader;
  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  /// Waits with `waiter`, and closes it in the end.
  public RingPoller(Waiter waiter) {
    this.waiter = waiter;
    this.reader = new Reader("a poller of rings", () -> waiter, this::release);
    // So that it is known to whoever closes this.
    reader.waiter();
  }

  private final class Entry implements Runnable {
    private final EventSource source;

    private Entry(EventSource source) {
      this.source = source;
    }

    /// Before the source is closed.
    @Override
    public void run() {
      if (entries.remove(this)) {
        source.waitables().forEach(waiter::remove);
      }
    }
  }

  /// Reads `ring` as well, and gives its records to `callback`, as [RingBuffer#poll(Duration,
  /// Consumer)] does.
  ///
  /// @throws IllegalStateException after [#close()]
  public void add(RingBuffer ring, Consumer<? super MemorySegment> callback) {
    add(ring.source(callback));
  }

  /// Reads `ring` as well, and gives its values to `callback`.
  ///
  /// @throws IllegalStateException after [#close()]
  public <T> void add(TypedRingBuffer<T> ring, Consumer<? super T> callback) {
    add(ring.source(callback));
  }

  /// Reads `source` as well.
  ///
  /// @throws IllegalStateException after [#close()]
  public void add(EventSource source) {
    reader.checkOpen();
    var entry = new Entry(source);
    source.waitables().forEach(waiter::add);
    entries.add(entry);
    source.beforeClose(entry);
    // Who waits already looks at this one, too.
    waiter.wake();
  }

  /// Gives the events that are there in any of the rings to their callbacks, waiting up to
  /// `timeout` for the first. Returns how many there were: 0 where none came in time, this was
  /// closed or woken, or the thread was interrupted. Each round reads all rings, so that what came
  /// without a signal is read when the wait is over.
  ///
  /// @throws IllegalStateException after [#close()], or where another thread polls
  public int poll(Duration timeout) {
    return reader.poll(
        timeout,
        new Reader.Work() {
          @Override
          public int consume() {
            return consumeEach();
          }

          @Override
          public EventSource.State state() {
            return RingPoller.this.state();
          }
        });
  }

  /// Gives the events that are there in all of the rings to their callbacks, without waiting.
  public int consumeAll() {
    return poll(Duration.ZERO);
  }

  private int consumeEach() {
    var total = 0;
    for (var entry : entries) {
      if (reader.closed()) {
        break;
      }
      total += entry.source.consume();
    }
    return total;
  }

  private EventSource.State state() {
    var state = EventSource.State.EMPTY;
    for (var entry : entries) {
      var one = entry.source.state();
      if (one.compareTo(state) > 0) {
        state = one;
      }
    }
    return state;
  }

  /// Ends the wait of the thread that polls, or the next wait.
  ///
  /// @throws IllegalStateException after [#close()]
  public void wakeup() {
    reader.wakeup();
  }

  /// Wakes who polls, waits for the end of its callback, and gives the means of waiting back. The
  /// rings stay open. Closing twice is closing once.
  @Override
  public void close() {
    reader.close();
  }

  private void release() {
    for (var entry : entries) {
      entry.source.forget(entry);
    }
    entries.clear();
  }

  @Override
  public String toString() {
    return "poller of " + entries.size() + " rings" + (reader.closed() ? " (closed)" : "");
  }
}
