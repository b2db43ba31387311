package org.ebpf4j.testkit.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.ebpf4j.testkit.Allocation;

/// One input as it is tried, with the limits that hold for it: no exception but those of
/// `org.ebpf4j.error`, each with a message; a second of CPU time; 256 MB allocated; and for each
/// step, 32 MB and 64 times the size of the input.
public final class FuzzCase {
  private static final long MOST_NANOSECONDS = 1_000_000_000;
  private static final long MOST_BYTES = 256L << 20;

  /// The loading and compiling of classes by the first cases is not theirs.
  private static final int WARM_UP = 1_000;

  private static final String OURS = "org.ebpf4j.error.BpfException";

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static int cases;

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

    boolean isTooMuch() {
      return nanoseconds > MOST_NANOSECONDS || bytes > MOST_BYTES;
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
    var first = Use.of(() -> trial.run(it));
    if (++cases <= WARM_UP || !first.isTooMuch()) {
      return;
    }
    var use = Use.of(() -> trial.run(it));
    var used = use.nanoseconds;
    var allocated = use.bytes;
    if (used > MOST_NANOSECONDS) {
      throw new AssertionError("the input took " + used / 1_000_000 + " ms of CPU time");
    }
    if (allocated > MOST_BYTES) {
      throw new AssertionError("the input had " + allocated + " bytes allocated");
    }
  }

  /// Does one thing of several that the input may refuse.
  public void attempt(Step step) {
    var allocated = allocatedBy(step);
    // Once more where it was too much: classes that it loads are instrumented by a fuzzer in this
    // thread, the first time.
    if (allocated > Allocation.limit(size) && allocatedBy(step) > Allocation.limit(size)) {
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
