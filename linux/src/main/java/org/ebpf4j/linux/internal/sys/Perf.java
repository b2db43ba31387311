package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;

/// Events of the perf subsystem (`include/uapi/linux/perf_event.h`).
public final class Perf {
  private static final int ATTR_SIZE = 112;
  private static final int SAMPLE_RAW = 1 << 10;
  private static final long BIT_FREQ = 1L << 10;
  private static final int FLAG_FD_CLOEXEC = 8;
  private static final int IOC_ENABLE = 0x2400;
  private static final int IOC_DISABLE = 0x2401;
  private static final int IOC_RESET = 0x2403;
  private static final int IOC_SET_BPF = 0x40042408;

  private Perf() {}

  /// Opens a tracepoint by the id that tracefs gives it, for every process, on CPU 0 (a program on
  /// it runs on all of them).
  public static Result openTracepoint(long id) {
    return open(2, id, 1, SAMPLE_RAW, 0, "", 0, 0);
  }

  /// Opens a kprobe through its perf unit, of type `unit`. `config` has the bit that makes it a
  /// return probe.
  public static Result openKprobe(int unit, long config, String symbol, long offset) {
    return open(unit, config, 1, SAMPLE_RAW, 0, symbol, offset, 0);
  }

  /// Opens a counter for every process on one CPU.
  public static Result openCounter(int type, long config, long rate, boolean byFrequency, int cpu) {
    return open(type, config, rate, SAMPLE_RAW, byFrequency ? BIT_FREQ : 0, "", 0, cpu);
  }

  private static Result open(
      int type,
      long config,
      long rate,
      long sampleType,
      long bits,
      String symbol,
      long offset,
      int cpu) {
    try (var arena = Arena.ofConfined()) {
      var attr =
          new Attr(arena, ATTR_SIZE)
              .u32(0, type)
              .u32(4, ATTR_SIZE)
              .u64(8, config)
              .u64(16, rate)
              .u64(24, sampleType)
              .u64(40, bits | 1)
              .u32(48, 1);
      if (!symbol.isEmpty()) {
        attr.string(56, symbol).u64(64, offset);
      }
      return Result.of(
          Native.call(
              SystemCall.PERF_EVENT_OPEN,
              attr.memory().address(),
              -1,
              cpu,
              -1,
              FLAG_FD_CLOEXEC,
              0));
    }
  }

  /// Sets the count to zero. 0, or an error number.
  public static int reset(int fd) {
    return (int) -Native.call(SystemCall.IOCTL, fd, IOC_RESET, 0);
  }

  /// Starts the event. 0, or an error number.
  public static int enable(int fd) {
    return (int) -Native.call(SystemCall.IOCTL, fd, IOC_ENABLE, 0);
  }

  /// Stops the event. 0, or an error number.
  public static int disable(int fd) {
    return (int) -Native.call(SystemCall.IOCTL, fd, IOC_DISABLE, 0);
  }

  /// Gives the event a program. 0, or an error number.
  public static int setProgram(int fd, int program) {
    return (int) -Native.call(SystemCall.IOCTL, fd, IOC_SET_BPF, program);
  }
}
