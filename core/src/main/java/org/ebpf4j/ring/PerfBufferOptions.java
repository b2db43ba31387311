package org.ebpf4j.ring;

/// How a perf buffer is opened. A value, made by [#DEFAULT] and the methods that give another.
///
/// @param bytesPerCpu how many bytes of records it holds for each CPU: rounded up to a power of
///   two, of whole pages
/// @param wakeup when the kernel wakes who waits
/// @param overwritable whether the newest records take the place of the oldest, in place of being
///   lost
public record PerfBufferOptions(int bytesPerCpu, Wakeup wakeup, boolean overwritable) {
  /// 256 KiB for each CPU, a wake-up for each record, nothing overwritten.
  public static final PerfBufferOptions DEFAULT =
      new PerfBufferOptions(256 * 1024, new Wakeup.Events(1), false);

  private static final int MOST_BYTES = 1 << 30;

  /// When the kernel wakes who waits for records, on each CPU for itself. What came without a
  /// wake-up is read when the wait is over.
  public sealed interface Wakeup {
    /// After that many records.
    record Events(int count) implements Wakeup {
      /// @throws IllegalArgumentException for less than 1
      public Events {
        check(count);
      }
    }

    /// After that many bytes of records, with their headers.
    record Bytes(int count) implements Wakeup {
      /// @throws IllegalArgumentException for less than 1
      public Bytes {
        check(count);
      }
    }

    private static void check(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("a wake-up after " + count);
      }
    }
  }

  /// Checks the size.
  ///
  /// @throws IllegalArgumentException for a size below 1 or above 1 GiB
  public PerfBufferOptions {
    if (bytesPerCpu < 1 || bytesPerCpu > MOST_BYTES) {
      throw new IllegalArgumentException("a perf buffer of " + bytesPerCpu + " bytes for each CPU");
    }
  }

  /// The same with room for that many bytes for each CPU.
  public PerfBufferOptions withBytesPerCpu(int bytes) {
    return new PerfBufferOptions(bytes, wakeup, overwritable);
  }

  /// The same with a wake-up after that many records.
  public PerfBufferOptions wakeupEvents(int count) {
    return new PerfBufferOptions(bytesPerCpu, new Wakeup.Events(count), overwritable);
  }

  /// The same with a wake-up after that many bytes.
  public PerfBufferOptions wakeupBytes(int count) {
    return new PerfBufferOptions(bytesPerCpu, new Wakeup.Bytes(count), overwritable);
  }

  /// The same, overwriting its oldest records. Such a buffer is read with
  /// [PerfBuffer#snapshot(CpuConsumer)].
  public PerfBufferOptions overwriting() {
    return new PerfBufferOptions(bytesPerCpu, wakeup, true);
  }
}
