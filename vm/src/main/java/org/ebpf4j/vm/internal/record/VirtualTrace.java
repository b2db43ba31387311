package org.ebpf4j.vm.internal.record;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ebpf4j.TraceLine;
import org.ebpf4j.TraceStream;
import org.ebpf4j.vm.internal.helper.Environment;
import org.ebpf4j.vm.internal.helper.Task;

/// What programs print, for each who listens.
public final class VirtualTrace implements Environment.TraceSink {
  private static final int MOST = 1 << 16;

  private final Set<Listener> listeners = new CopyOnWriteArraySet<>();

  @Override
  public void print(int cpu, Task task, long nanos, String text) {
    if (listeners.isEmpty()) {
      return;
    }
    var line =
        new TraceLine.Event(
            String.format(
                Locale.ROOT,
                "%16s-%-7d [%03d] ...11 %5d.%06d: bpf_trace_printk: %s",
                task.name(),
                task.pid(),
                cpu,
                nanos / 1_000_000_000,
                nanos / 1000 % 1_000_000,
                text),
            task.name(),
            task.pid(),
            cpu,
            "...11",
            (nanos - nanos % 1000) / 1e9,
            "bpf_trace_printk",
            text);
    listeners.forEach(listener -> listener.offer(line));
  }

  public TraceStream open() {
    var listener = new Listener();
    listeners.add(listener);
    return listener;
  }

  /// The lines since it was opened. Those that nobody reads are lost, the newest first.
  private final class Listener implements TraceStream {
    private final LinkedBlockingQueue<TraceLine> lines = new LinkedBlockingQueue<>(MOST);
    private volatile boolean closed;

    synchronized void offer(TraceLine line) {
      if (lines.remainingCapacity() > 1) {
        lines.add(line);
        return;
      }
      if (lines.remainingCapacity() == 1) {
        lines.add(new TraceLine.Lost("CPU:0 [LOST EVENTS]", 0, -1));
      }
    }

    @Override
    public Optional<TraceLine> poll(Duration timeout) {
      if (closed) {
        throw new IllegalStateException("the trace is closed");
      }
      try {
        return Optional.ofNullable(lines.poll(timeout.toNanos(), TimeUnit.NANOSECONDS));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }

    @Override
    public Stream<TraceLine> lines() {
      return Stream.generate(() -> poll(Duration.ofMillis(100)))
          .takeWhile(_ -> !closed && !Thread.currentThread().isInterrupted())
          .flatMap(Optional::stream);
    }

    @Override
    public void close() {
      closed = true;
      listeners.remove(this);
    }
  }
}
