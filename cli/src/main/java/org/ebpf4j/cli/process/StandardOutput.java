package org.ebpf4j.cli.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.ebpf4j.error.SafeText;
import org.jspecify.annotations.Nullable;

/// Standard output or standard error, through which all that a command prints goes: in UTF-8,
/// without what a terminal would take for orders ([SafeText]), and with an [OutputException] where
/// it takes no more.
public final class StandardOutput extends Writer {
  /// The number of standard output.
  public static final int DESCRIPTOR = 1;

  private static final int FULL = 16 * 1024;

  /// How long a write may block once the command is to end.
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private static final long LOOK_MILLIS = 50;

  private final OutputStream stream;
  private final boolean reportsErrors;
  private final StringBuilder text = new StringBuilder();
  private @Nullable ExecutorService writing;
  private BooleanSupplier over = () -> false;
  private boolean dead;

  private StandardOutput(OutputStream stream, boolean reportsErrors) {
    this.stream = stream;
    this.reportsErrors = reportsErrors;
  }

  /// What results go to: an error of it ends the command.
  public static StandardOutput ofResults(OutputStream stream) {
    return new StandardOutput(stream, true);
  }

  /// What is said about results goes to: an error of it is nothing that could be told anybody.
  public static StandardOutput ofMessages(OutputStream stream) {
    return new StandardOutput(stream, false);
  }

  /// A writer whose lines are written at once.
  public PrintWriter printer() {
    return new Printer(this);
  }

  /// Has no write to what [#printer()] gave last long once `end` says that the command is to end: a
  /// reader that reads no more would keep it for ever.
  public static void neverBlockAfter(PrintWriter printer, BooleanSupplier end) {
    if (printer instanceof Printer own) {
      own.output.startWriting(end);
    }
  }

  private void startWriting(BooleanSupplier end) {
    synchronized (lock) {
      over = end;
      if (writing == null) {
        writing =
            Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("ebpf4j-output").factory());
      }
    }
  }

  /// Keeps what it writes to.
  private static final class Printer extends PrintWriter {
    private final StandardOutput output;

    Printer(StandardOutput output) {
      super(output, true);
      this.output = output;
    }
  }

  @Override
  public void write(char[] buffer, int offset, int length) {
    synchronized (lock) {
      text.append(buffer, offset, length);
      if (text.length() >= FULL && !Character.isHighSurrogate(text.charAt(text.length() - 1))) {
        flush();
      }
    }
  }

  @Override
  public void flush() {
    synchronized (lock) {
      if (text.isEmpty()) {
        return;
      }
      var bytes = SafeText.lines(text.toString()).getBytes(StandardCharsets.UTF_8);
      text.setLength(0);
      if (!dead) {
        write(bytes);
      }
    }
  }

  /// A stream of what a printer prints to, for much text that is UTF-8 already and has nothing that
  /// a terminal would take for an order. Each write to it ends with a whole line.
  public static OutputStream bytes(PrintWriter printer) {
    return new OutputStream() {
      @Override
      public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        if (printer instanceof Printer own) {
          own.output.writeThrough(Arrays.copyOfRange(bytes, offset, offset + length));
        } else {
          printer.write(new String(bytes, offset, length, StandardCharsets.UTF_8));
        }
      }
    };
  }

  private void writeThrough(byte[] bytes) {
    synchronized (lock) {
      flush();
      if (!dead) {
        write(bytes);
      }
    }
  }

  private void write(byte[] bytes) {
    try {
      put(bytes);
    } catch (IOException e) {
      dead = true;
      if (reportsErrors) {
        throw OutputException.of(e);
      }
    } catch (OutputException e) {
      dead = true;
      throw e;
    }
  }

  private void put(byte[] bytes) throws IOException {
    if (writing == null) {
      stream.write(bytes);
      stream.flush();
      return;
    }
    await(
        writing.submit(() -> {
          stream.write(bytes);
          stream.flush();
          return null;
        }));
  }

  private void await(Future<?> written) throws IOException {
    var since = Long.MAX_VALUE;
    while (true) {
      try {
        written.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException _) {
        if (over.getAsBoolean()) {
          since = Math.min(since, System.nanoTime());
          if (System.nanoTime() - since > PATIENCE.toNanos()) {
            Interrupt.outputIsLost();
            throw new OutputException("standard output: nobody reads it; the rest is lost");
          }
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException io) {
          throw io;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new OutputException("standard output: the write was interrupted");
      }
    }
  }

  /// Flushes; the stream stays open.
  @Override
  public void close() {
    flush();
  }
}
