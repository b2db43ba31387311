package org.ebpf4j.testkit.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ebpf4j.testkit.Allocation;

/// One input as it is tried, with the limits that hold for it: no exception but those of
/// `org.ebpf4j.error`, each with a message; a second of CPU time; 256 MB allocated; and for each
/// step, 32 MB and 64 times the size of the input. The first try counts, as what is kept of it may
/// make others cheap. Only the time of the first cases of a target, whose code is not compiled yet,
/// is measured once more where it was too long. A fuzzer that instruments classes in the thread
/// that loads them has them loaded before the first case ([LoadedClasses]).
public final class FuzzCase {
  private static final long MOST_NANOSECONDS = 1_000_000_000;
  private static final long MOST_BYTES = 256L << 20;

  /// How many cases of a target may be the first to run its code.
  private static final int COLD_CASES = 200;

  private static final String OURS = "org.ebpf4j.error.BpfException";

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// How many cases there were of each target.
  private static final Map<Class<?>, Integer> CASES = new HashMap<>();

  static {
    LoadedClasses.loadWhereAsked();
  }

  /// Takes what is written and keeps nothing of it.
  public static final Appendable NOWHERE =
      new Appendable() {
        @Override
        public Appendable append(CharSequence text) {
          return this;
        }

        @Override
        public Appendable append(CharSequence text, int start, int end) {
          return this;
        }

        @Override
        public Appendable append(char c) {
          return this;
        }
      };

  /// Something that is done with an input.
  @FunctionalInterface
  public interface Step {
    /// Does it.
    void run() throws Exception;
  }

  /// What is done with an input, step by step.
  @FunctionalInterface
  public interface Trial {
    /// Does it.
    void run(FuzzCase it) throws Exception;
  }

  /// What it takes to do something.
  private record Use(long nanoseconds, long bytes) {
    static Use of(Step step) {
      var time = THREADS.getCurrentThreadCpuTime();
      var bytes = allocatedBy(step);
      return new Use(THREADS.getCurrentThreadCpuTime() - time, bytes);
    }
  }

  private final int size;

  private FuzzCase(int size) {
    this.size = size;
  }

  /// Tries an input.
  ///
  /// @throws AssertionError where a limit is broken
  public static void of(byte[] input, Trial trial) {
    var it = new FuzzCase(input.length);
    var number = CASES.merge(trial.getClass(), 1, Integer::sum);
    var use = Use.of(() -> trial.run(it));
    if (use.bytes > MOST_BYTES) {
      throw new AssertionError("the input had " + use.bytes + " bytes allocated");
    }
    var time = use.nanoseconds;
    if (time > MOST_NANOSECONDS && number <= COLD_CASES) {
      time = Use.of(() -> trial.run(it)).nanoseconds;
    }
    if (time > MOST_NANOSECONDS) {
      throw new AssertionError("the input took " + time / 1_000_000 + " ms of CPU time");
    }
  }

  /// Does one thing of several that the input may refuse.
  public void attempt(Step step) {
    check(allocatedBy(step));
  }

  /// The value that all other steps are about; where the input refuses it, the case is over.
  public <T> T value(Callable<T> step) throws Exception {
    var before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      return step.call();
    } finally {
      check(THREADS.getCurrentThreadAllocatedBytes() - before);
    }
  }

  private void check(long allocated) {
    if (allocated > Allocation.limit(size)) {
      throw new AssertionError(
          "a step allocated " + allocated + " bytes for an input of " + size + " bytes");
    }
  }

  private static long allocatedBy(Step step) {
    var before = THREADS.getCurrentThreadAllocatedBytes();
    guarded(step);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void guarded(Step step) {
    try {
      step.run();
    } catch (Exception e) {
      if (!isOurs(e.getClass())) {
        throw new AssertionError("a foreign exception: " + e, e);
      }
      if (e.getMessage() == null || e.getMessage().isEmpty()) {
        throw new AssertionError("an error that says nothing", e);
      }
    }
  }

  private static boolean isOurs(Class<?> type) {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      if (c.getName().equals(OURS)) {
        return true;
      }
    }
    return false;
  }
}
