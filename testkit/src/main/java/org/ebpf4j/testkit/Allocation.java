package org.ebpf4j.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// How much memory something has allocated for it, and how much a file may have.
public final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long AT_LEAST = 32L << 20;
  private static final long PER_BYTE = 64;

  private Allocation() {}

  /// The bytes that this thread allocated for what is done.
  public static long of(Runnable work) {
    var before = THREADS.getCurrentThreadAllocatedBytes();
    work.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /// The most that may be allocated for one thing that is done with a file: 32 MB, and 64 times its
  /// size.
  public static long limit(long fileSize) {
    return AT_LEAST + PER_BYTE * fileSize;
  }
}
