package org.ebpf4j.fuzz;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.ebpf4j.error.BpfException;

/// One input as it is read.
final class Case {
  private static final long MOST_NANOSECONDS = 1_000_000_000;

  /// The class loading and compiling of the first cases is not theirs.
  private static final int WARM_UP = 1_000;

  private static int cases;

  /// Takes what is written and keeps nothing of it.
  static final Appendable NOWHERE =
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

  @FunctionalInterface
  interface Reading {
    void run() throws IOException;
  }

  private Case() {}

  /// Reads, and lets only exceptions of ours pass.
  static void read(Reading reading) {
    var threads = ManagementFactory.getThreadMXBean();
    var start = threads.getCurrentThreadCpuTime();
    attempt(reading);
    var used = threads.getCurrentThreadCpuTime() - start;
    if (++cases > WARM_UP && used > MOST_NANOSECONDS) {
      throw new AssertionError("the input took " + used / 1_000_000 + " ms of CPU time");
    }
  }

  /// Does one thing of several that an input may refuse.
  static void attempt(Reading reading) {
    try {
      reading.run();
    } catch (BpfException e) {
      if (e.getMessage() == null || e.getMessage().isEmpty()) {
        throw new AssertionError("an error that says nothing", e);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
