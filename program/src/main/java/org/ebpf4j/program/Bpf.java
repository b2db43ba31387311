package org.ebpf4j.program;

/// Helper functions of the kernel. On the JVM they do what a test wants of them.
public final class Bpf {
  private Bpf() {}

  /// The process id of the current task in the high half, and the thread's in the low half.
  @Helper(14)
  public static long currentPidTgid() {
    return ProcessHandle.current().pid() << 32 | ProcessHandle.current().pid();
  }

  /// Nanoseconds since the machine started, without the time that it slept.
  @Helper(5)
  public static long ktimeNs() {
    return System.nanoTime();
  }

  /// A random number.
  @Helper(7)
  public static int randomU32() {
    return java.util.concurrent.ThreadLocalRandom.current().nextInt();
  }

  /// Writes a line into the trace, for people to read.
  @Helper(6)
  public static long printk(String format) {
    IO.println(format);
    return 0;
  }

  /// Writes a line with a number in it, where the format has `%d`.
  @Helper(6)
  public static long printk(String format, long first) {
    IO.println(format.replaceFirst("%l*[dux]", Long.toString(first)));
    return 0;
  }
}
