package org.ebpf4j.cli.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.ebpf4j.linux.internal.terminal.OutputReader;
import org.jspecify.annotations.Nullable;

/// The end of a command that runs until a signal, or until its time is over. Every loop of such a
/// command asks whether it is there.
public final class Ending implements BooleanSupplier {
  /// How long a command that has attached nothing yet has for its end: the kernel may be verifying
  /// a large program, which only the end of the process breaks off.
  private static final Duration LOADING = Duration.ofSeconds(1);

  /// How often it is looked whether standard output has a reader.
  private static final Duration LOOK = Duration.ofMillis(250);

  private final CountDownLatch stop = new CountDownLatch(1);
  private final @Nullable Duration time;
  private long end = Long.MAX_VALUE;
  private boolean begun;
  private boolean wantsReader;
  private volatile long nextLook;
  private volatile boolean unread;

  private Ending(@Nullable Duration time) {
    this.time = time;
  }

  /// An end at a signal, or, once [#begin()] was called, after `time`. Until [#cleanUp()], a signal
  /// may end the process as it is.
  public static Ending of(@Nullable Duration time) {
    var ending = new Ending(time);
    Interrupt.onSignal(ending.stop::countDown, LOADING);
    return ending;
  }

  /// Has a signal also run `undo`, which must be quick, until [#cleanUp()].
  public void undo(Runnable undo) {
    Runnable both =
        () -> {
          stop.countDown();
          undo.run();
        };
    Interrupt.onSignal(both, LOADING);
  }

  /// Says that from here on there is something to be taken away in order.
  public void cleanUp() {
    Interrupt.onSignal(stop::countDown);
  }

  /// Ends it now, from any thread.
  public void end() {
    stop.countDown();
  }

  /// Ends it when nobody reads standard output any more, also while there is nothing to print.
  public void endWithReader() {
    nextLook = System.nanoTime();
    wantsReader = true;
  }

  private void lookForReader() {
    var now = System.nanoTime();
    if (now - nextLook >= 0) {
      nextLook = now + LOOK.toNanos();
      if (OutputReader.isGone(StandardOutput.DESCRIPTOR)) {
        unread = true;
        stop.countDown();
      }
    }
  }

  /// The exit status of a command that came to its end: a failure where nobody read what it had to
  /// say.
  public int status() {
    return unread ? ExitStatus.FAILED : 0;
  }

  /// Starts the time.
  public void begin() {
    begun = true;
    if (time != null) {
      end = System.nanoTime() + time.toNanos();
    }
  }

  /// Whether it is reached.
  @Override
  public boolean getAsBoolean() {
    if (wantsReader) {
      lookForReader();
    }
    return stop.getCount() == 0 || (begun && time != null && System.nanoTime() - end >= 0);
  }

  /// How long a wait may be that is to last `wanted`.
  public Duration left(Duration wanted) {
    if (time == null || !begun) {
      return wanted;
    }
    var left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    return left.compareTo(wanted) < 0 ? left : wanted;
  }

  /// Waits for it, up to `wanted`.
  public void await(Duration wanted) {
    try {
      if (stop.await(left(wanted).toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop.countDown();
    }
  }
}
