package org.ebpf4j.cli.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// How far a command is that takes longer than a second: a line on standard error, which is written
/// over twice a second and taken away at the end. Only where standard error is a terminal; and not
/// where results go to a terminal as they come: they are the progress.
///
/// Another thread writes the line, so that it is there while a call into the kernel lasts.
public final class Progress implements AutoCloseable {
  private static final Duration BEFORE_FIRST = Duration.ofSeconds(1);
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private final String unit;
  private final long total;
  private final long begin = System.nanoTime();
  private final @Nullable OutputStream out;
  private final int columns;
  private final @Nullable Thread thread;
  private final AtomicLong done = new AtomicLong();
  private int shown;
  private boolean closed;

  private Progress(String unit, long total, @Nullable OutputStream out, int columns) {
    this.unit = unit;
    this.total = total;
    this.out = out;
    this.columns = columns;
    this.thread =
        out == null
            ? null
            : Thread.ofPlatform().daemon().name("ebpf4j-progress").start(this::showAgainAndAgain);
  }

  /// Of a command that prints its results at its end.
  ///
  /// @param unit what is counted, such as `entries`
  /// @param total how many there are at most, or 0 where nobody knows
  public static Progress of(String unit, long total) {
    return Terminal.isError()
        ? new Progress(
            unit, total, new FileOutputStream(FileDescriptor.err), Terminal.errorColumns())
        : new Progress(unit, total, null, 0);
  }

  /// Of a command that prints its results as they come.
  ///
  /// @param unit what is counted, such as `entries`
  /// @param total how many there are at most, or 0 where nobody knows
  public static Progress whilePrinting(String unit, long total) {
    return Terminal.isOutput() ? new Progress(unit, total, null, 0) : of(unit, total);
  }

  /// Says how many are done. Cheap, for each of many. From one thread.
  public void done(long count) {
    done.set(count);
  }

  /// Says that one more is done. From one thread.
  public void addOne() {
    done.incrementAndGet();
  }

  private void showAgainAndAgain() {
    try {
      Thread.sleep(BEFORE_FIRST);
      while (show()) {
        Thread.sleep(BETWEEN);
      }
    } catch (InterruptedException _) {
      // It is closed.
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean show() {
    if (closed) {
      return false;
    }
    var line = line(unit, done.get(), total, Duration.ofNanos(System.nanoTime() - begin));
    var text = line.substring(0, Math.min(line.length(), columns - 1));
    write("\r" + text + " ".repeat(Math.max(0, shown - text.length())));
    shown = text.length();
    return true;
  }

  /// What is said: `345678 of 1000000 entries (34 %), 230452/s, 2 s left`. Where less is known,
  /// less.
  static String line(String unit, long done, long total, Duration elapsed) {
    var seconds = Math.max(elapsed.toMillis(), 1) / 1e3;
    var rate = done / seconds;
    var text = new StringBuilder();
    text.append(done);
    if (total > 0) {
      text.append(" of ").append(total);
    }
    text.append(' ').append(unit);
    if (total > 0) {
      text.append(" (").append(Math.min(100, 100 * done / total)).append(" %)");
    }
    text.append(", ")
        .append(String.format(Locale.ROOT, rate < 10 ? "%.1f/s" : "%.0f/s", rate))
        .append(", ")
        .append((long) seconds)
        .append(" s");
    if (total > done && done > 0) {
      text.append(", ").append((long) Math.ceil((total - done) / rate)).append(" s left");
    }
    return text.toString();
  }

  /// Prints something while the line is not there.
  public synchronized void print(Runnable printing) {
    hide();
    printing.run();
  }

  private void hide() {
    if (shown > 0) {
      write("\r" + " ".repeat(shown) + "\r");
      shown = 0;
    }
  }

  /// Takes the line away for good.
  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
    synchronized (this) {
      closed = true;
      hide();
    }
  }

  private void write(String text) {
    if (out == null) {
      return;
    }
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      // Nobody reads it.
      closed = true;
    }
  }
}
