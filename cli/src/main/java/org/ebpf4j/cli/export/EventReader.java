package org.ebpf4j.cli.export;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.ebpf4j.cli.process.OutputException;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxMap;
import org.ebpf4j.ring.RingPoller;
import org.jspecify.annotations.Nullable;

/// Reads ring and perf buffers in a thread of its own, and gives their events to whoever wants
/// them. What goes wrong with one event is said once, counted, and stops none of the others.
final class EventReader implements AutoCloseable {
  private static final Duration TURN = Duration.ofMillis(200);

  private static final long MAX_END_MILLIS = 500;

  private final RingPoller poller;
  private final Complaints complaints;
  private final Runnable end;
  private final Deque<AutoCloseable> readers = new ArrayDeque<>();
  private final Map<String, Long> lost = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::run, "ebpf4j-events");
  private volatile boolean closed;
  private volatile @Nullable OutputException failure;

  /// @param complaints is told what goes wrong
  /// @param end is run where who takes the events can write no more
  EventReader(LinuxKernel kernel, Complaints complaints, Runnable end) {
    this.poller = kernel.ringPoller();
    this.complaints = complaints;
    this.end = end;
  }

  /// Reads a ring buffer from now on.
  void addRing(LinuxMap map, Consumer<byte[]> taker) {
    var ring = map.ringBuffer();
    readers.push(ring);
    poller.add(ring, event -> give(map.name(), event.toArray(ValueLayout.JAVA_BYTE), taker));
  }

  /// Reads a perf buffer from now on.
  void addPerf(LinuxMap map, Consumer<byte[]> taker) {
    var perf = map.perfBuffer();
    readers.push(perf);
    lost.put(map.name(), 0L);
    perf.onLost((_, count) -> lost.merge(map.name(), count, Long::sum));
    poller.add(
        perf.source((_, event) -> give(map.name(), event.toArray(ValueLayout.JAVA_BYTE), taker)));
  }

  private void give(String map, byte[] event, Consumer<byte[]> taker) {
    try {
      taker.accept(event);
    } catch (OutputException e) {
      throw e;
    } catch (BpfException e) {
      complaints.failed("map '" + map + "': " + e.getMessage());
    }
  }

  /// How many events the kernel lost, by perf buffer.
  Map<String, Long> lost() {
    return lost;
  }

  /// Throws what ended the reading, if anything did.
  ///
  /// @throws OutputException where who takes the events could write no more
  void checkOutput() {
    var thrown = failure;
    if (thrown != null) {
      throw thrown;
    }
  }

  /// Starts to read.
  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        poller.poll(TURN);
      } catch (OutputException e) {
        failure = e;
        end.run();
        return;
      } catch (RuntimeException | Error e) {
        if (!closed) {
          complaints.failed("events cannot be read: " + e);
          pause();
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(TURN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Reads no more. Events that came before are given. Closing twice is closing once.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    poller.wakeup();
    try {
      thread.join(MAX_END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      // It is stuck in what takes the events, such as a pipe that nobody reads. The process ends,
      // and all goes with it.
      return;
    }
    if (failure == null) {
      poller.consumeAll();
    }
    poller.close();
    while (!readers.isEmpty()) {
      try {
        readers.pop().close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("readers throw nothing checked", e);
      }
    }
  }
}
