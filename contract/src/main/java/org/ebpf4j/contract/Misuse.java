package org.ebpf4j.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.ebpf4j.error.BpfException;

/// Sequences of steps that threads take at random on things that they share, and that none of them
/// need be right to take.
public final class Misuse {
  /// How many sequences; the usual build makes as many as take it a few seconds.
  private static final int SEQUENCES = Integer.getInteger("ebpf4j.misuse", 3_000);

  private static final long SEED = Long.getLong("ebpf4j.misuse.seed", 20_260_101L);
  private static final int THREADS = 8;
  private static final int MOST_STEPS = 8;

  private Misuse() {}

  /// A step. It may throw what a wrong use is answered with, and nothing else.
  public interface Step {
    /// Takes it.
    void take(Random random) throws Exception;
  }

  /// Something that threads use, and replace by another.
  public static final class Shared<T> {
    private T value;

    /// Begins with a thing.
    public Shared(T value) {
      this.value = value;
    }

    /// What is there now.
    public synchronized T get() {
      return value;
    }

    /// Puts `made` in the place of `old`; false where that is not there any more.
    public synchronized boolean replace(T old, T made) {
      if (!value.equals(old)) {
        return false;
      }
      value = made;
      return true;
    }
  }

  /// A step and its name.
  public record Named(String name, Step step) {}

  /// Has threads take steps; what is wrong about it, and with which seed. The first step makes the
  /// things anew that others close, and is taken more often than those.
  public static List<String> run(List<Named> steps) throws InterruptedException {
    var problems = new ConcurrentLinkedQueue<String>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < THREADS; i++) {
      var first = i;
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .name("misuse-" + i)
              .start(() -> {
                for (int s = first; s < SEQUENCES && problems.isEmpty(); s += THREADS) {
                  sequence(steps, s, problems);
                }
              }));
    }
    for (var thread : threads) {
      thread.join();
    }
    return List.copyOf(problems);
  }

  private static void sequence(
      List<Named> steps, int number, ConcurrentLinkedQueue<String> problems) {
    var random = new Random(SEED + number);
    var taken = new ArrayList<String>();
    for (int i = random.nextInt(MOST_STEPS); i >= 0; i--) {
      var step =
          random.nextInt(4) == 0 ? steps.getFirst() : steps.get(random.nextInt(steps.size()));
      taken.add(step.name());
      try {
        step.step().take(random);
      } catch (Throwable e) {
        if (!isAnswer(e)) {
          problems.add(describe(number, taken, e));
          return;
        }
      } finally {
        Thread.interrupted();
      }
    }
  }

  /// Whether that is how a wrong use is answered.
  public static boolean isAnswer(Throwable thrown) {
    return thrown instanceof BpfException
        || thrown instanceof IllegalStateException
        || thrown instanceof IllegalArgumentException
        || thrown instanceof WrongThreadException;
  }

  private static String describe(int number, List<String> taken, Throwable thrown) {
    var text = new StringBuilder("sequence " + number + " of seed " + SEED + ", " + taken + ": ");
    for (var cause = thrown; cause != null; cause = cause.getCause()) {
      text.append(cause).append('\n');
      for (var frame : cause.getStackTrace()) {
        text.append("    ").append(frame).append('\n');
      }
    }
    return text.toString();
  }
}
