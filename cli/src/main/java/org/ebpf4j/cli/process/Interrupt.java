package org.ebpf4j.cli.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Ctrl-C, as an orderly end: what runs is asked to stop, and the JVM goes when the command has
/// cleaned up, or has had the time for it; the exit status is 130. SIGTERM and SIGHUP are treated
/// the same, but that an orderly end has the status that the command gives it, such as 0.
public final class Interrupt {
  /// Enough for taking away what is attached, also on a machine that is busy.
  private static final Duration CLEANING_UP = Duration.ofSeconds(10);

  /// What a signal does, and how long the command has to end then.
  private record Reaction(Runnable stop, Duration grace) {}

  private static final CountDownLatch FINISHED = new CountDownLatch(1);
  private static final AtomicReference<@Nullable Reaction> REACTION = new AtomicReference<>();
  private static volatile boolean stopping;
  private static volatile boolean unread;
  private static volatile int status;

  private Interrupt() {}

  /// Makes signals orderly in this JVM, whose whole purpose must be one command.
  public static void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(Interrupt::interrupted, "ebpf4j-interrupt"));
  }

  /// From now on a signal runs `stop` (from another thread, once) and waits for [#finish(int)], for
  /// ten seconds at most. Before that, it just ends the JVM.
  public static void onSignal(Runnable stop) {
    onSignal(stop, CLEANING_UP);
  }

  /// From now on a signal runs `stop` (from another thread, once) and waits for [#finish(int)], at
  /// most for `grace`; then the JVM ends, and the kernel takes away what no pin holds.
  public static void onSignal(Runnable stop, Duration grace) {
    REACTION.set(new Reaction(stop, grace));
  }

  private static void interrupted() {
    if (FINISHED.getCount() == 0) {
      return;
    }
    var reaction = REACTION.get();
    if (reaction == null) {
      return;
    }
    stopping = true;
    var ended = false;
    try {
      reaction.stop().run();
      ended = FINISHED.await(reaction.grace().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // A service that is told to end, and does, has succeeded, where the JVM would say 128 and the
      // signal's number. A shell wants to know that its user broke something off.
      var plain = ended ? status : ExitStatus.FAILED;
      var brokenOff = isCtrlC() && (status == 0 || !ended || unread);
      Runtime.getRuntime().halt(brokenOff ? ExitStatus.INTERRUPTED : plain);
    }
  }

  /// Whether the signal is SIGINT. The JVM runs what a signal does in a thread that has its name;
  /// nothing else tells, without classes that are not for everyone.
  private static boolean isCtrlC() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("SIGINT handler"));
  }

  /// Says that what was to be printed at the end is lost, as nobody reads it: no failure of its own
  /// where Ctrl-C broke it off.
  static void outputIsLost() {
    unread = true;
  }

  /// Ends the JVM; in the midst of a signal, lets the signal end it.
  public static void finish(int exitStatus) {
    status = exitStatus;
    FINISHED.countDown();
    if (stopping) {
      return;
    }
    if (endsAlone()) {
      Runtime.getRuntime().halt(exitStatus);
    }
    System.exit(exitStatus);
  }

  /// Whether nothing but this class waits for the end, as the script that started this JVM gave it
  /// no agent and no recording, and nobody else did. An exit would look for a logger first, which
  /// takes half as long as the start of the JVM.
  private static boolean endsAlone() {
    return Boolean.getBoolean("ebpf4j.launched")
        && System.getenv("JAVA_TOOL_OPTIONS") == null
        && System.getenv("JDK_JAVA_OPTIONS") == null;
  }
}
