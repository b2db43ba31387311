package org.ebpf4j.program.run;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ebpf4j.TraceLine;
import org.ebpf4j.TraceStream;
import org.ebpf4j.program.jvm.Environment;

/// The lines that programs print on the JVM.
final class JvmTrace implements TraceStream {
  private static final int MOST = 1 << 16;

  private final LinkedBlockingQueue<TraceLine> lines = new LinkedBlockingQueue<>(MOST);
  private final Runnable end;
  private volatile boolean closed;

  JvmTrace(Environment environment) {
    end = environment.onPrint(text -> lines.offer(line(environment, text)));
  }

  private static TraceLine line(Environment environment, String text) {
    var task = environment.task();
    long nanos = environment.now();
    return new TraceLine.Event(
        String.format(
            Locale.ROOT,
            "%16s-%-7d [%03d] ...11 %5d.%06d: bpf_trace_printk: %s",
            task.comm(),
            task.pid(),
            environment.cpu(),
            nanos / 1_000_000_000,
            nanos / 1000 % 1_000_000,
            text),
        task.comm(),
        task.pid(),
        environment.cpu(),
        "...11",
        (nanos - nanos % 1000) / 1e9,
        "bpf_trace_printk",
        text);
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
    end.run();
  }
}
