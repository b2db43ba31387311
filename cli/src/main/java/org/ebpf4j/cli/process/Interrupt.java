package org.ebpf4j.cli.process;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Ctrl-C, as an orderly end: what runs is asked to stop, and the JVM goes only when the command
/// has cleaned up. SIGTERM and SIGHUP are treated the same.
public final class Interrupt {
  private static final CountDownLatch FINISHED = new CountDownLatch(1);
  private static final AtomicReference<@Nullable Runnable> STOP = new AtomicReference<>();
  private static volatile boolean stopping;
  private static volatile int status;

  private Interrupt() {}

  /// Makes signals orderly in this JVM, whose whole purpose must be one command.
  public static void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(Interrupt::interrupted, "ebpf4j-interrupt"));
  }

  /// From now on a signal runs `stop` (from another thread, once) and waits for [#finish(int)].
  /// Before that, it just ends the JVM.
  public static void onSignal(Runnable stop) {
    STOP.set(stop);
  }

  private static void interrupted() {
    if (FINISHED.getCount() == 0) {
      return;
    }
    var stop = STOP.get();
    if (stop == null) {
      return;
    }
    stopping = true;
    stop.run();
    try {
      FINISHED.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // The signal asked for an end and got one: that is success, where the JVM would say 128 and the
    // signal's number.
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(status);
  }

  /// Ends the JVM; in the midst of a signal, lets the signal end it.
  public static void finish(int exitStatus) {
    status = exitStatus;
    FINISHED.countDown();
    if (!stopping) {
      System.exit(exitStatus);
    }
  }
}
