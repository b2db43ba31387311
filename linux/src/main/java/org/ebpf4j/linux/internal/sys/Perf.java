package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.ebpf4j.error.Errno;

/// Events of the perf subsystem (`include/uapi/linux/perf_event.h`).
public final class Perf {
  private static final int ATTR_SIZE = 112;
  private static final int SAMPLE_RAW = 1 << 10;
  private static final long BIT_INHERIT = 1L << 1;
  private static final long BIT_FREQ = 1L << 10;
  private static final int FLAG_FD_CLOEXEC = 8;
  private static final int IOC_ENABLE = 0x2400;
  private static final int IOC_DISABLE = 0x2401;
  private static final int IOC_RESET = 0x2403;
  private static final int IOC_SET_BPF = 0x40042408;
  private static final int IOC_PAUSE_OUTPUT = 0x40042409;

  private static final int TYPE_SOFTWARE = 1;
  private static final int TYPE_BREAKPOINT = 5;
  private static final int BPF_OUTPUT = 10;
  private static final long BIT_WATERMARK = 1L << 14;
  private static final long BIT_WRITE_BACKWARD = 1L << 27;
  private static final int FORMAT_TIME_RUNNING = 1 << 1;

  private static final int ALL = -1;
  private static final int THIS_THREAD = 0;
  private static final long BIT_EXCLUDE_USER = 1L << 4;
  private static final int FORMAT_TIME_ENABLED = 1;

  private Perf() {}

  /// Opens a tracepoint by the id that tracefs gives it, for every process, on CPU 0 (a program on
  /// it runs on all of them).
  public static Result openTracepoint(long id) {
    return open(2, id, 1, 0, 0, 1, "", 0, ALL, 0);
  }

  /// Opens a kprobe through its perf unit, of type `unit`. `config` has the bit that makes it a
  /// return probe.
  public static Result openKprobe(int unit, long config, String symbol, long offset) {
    return open(unit, config, 1, 0, 0, 1, symbol, offset, ALL, 0);
  }

  /// Opens a kprobe through its perf unit, at an address.
  public static Result openKprobe(int unit, long config, long address) {
    return open(unit, config, 1, 0, 0, 1, "", address, ALL, 0);
  }

  /// Opens a uprobe through its perf unit.
  ///
  /// @param config the bit that makes it a return probe, and the place of a counter
  /// @param pid the process, or 0 for all
  public static Result openUprobe(int unit, long config, String path, long offset, int pid) {
    return open(unit, config, 1, 0, 0, 1, path, offset, pid == 0 ? ALL : pid, pid == 0 ? 0 : ALL);
  }

  /// Opens a tracepoint for one process, or for all where `pid` is 0.
  public static Result openTracepoint(long id, int pid) {
    return open(2, id, 1, 0, 0, 1, "", 0, pid == 0 ? ALL : pid, pid == 0 ? 0 : ALL);
  }

  /// Opens an event that overflows at a rate.
  ///
  /// @param rate how often: so many times a second where `byFrequency`, else once in so many counts
  /// @param thread the thread, and those that it starts; negative for every one
  /// @param cpu the CPU; negative for all, for a thread only
  public static Result openSampling(
      int type, long config, long rate, boolean byFrequency, int thread, int cpu) {
    var bits = (byFrequency ? BIT_FREQ : 0) | (thread < 0 ? 0 : BIT_INHERIT);
    return open(type, config, rate, 0, bits, 1, "", 0, thread, cpu);
  }

  /// Opens a breakpoint: the debug registers of the CPU watch an address.
  ///
  /// @param kind `HW_BREAKPOINT_*`
  /// @param thread the thread, and those that it starts; negative for every one
  /// @param cpu the CPU; negative for all, for a thread only
  public static Result openBreakpoint(
      int kind, long address, int length, long rate, boolean byFrequency, int thread, int cpu) {
    try (var arena = Arena.ofConfined()) {
      var bits = 1 | (byFrequency ? BIT_FREQ : 0) | (thread < 0 ? 0 : BIT_INHERIT);
      var attr =
          new Attr(arena, ATTR_SIZE)
              .u32(0, TYPE_BREAKPOINT)
              .u32(4, ATTR_SIZE)
              .u64(16, rate)
              .u64(24, SAMPLE_RAW)
              .u64(40, bits)
              .u32(48, 1)
              .u32(52, kind)
              .u64(56, address)
              .u64(64, length);
      return opened(attr, thread, cpu);
    }
  }

  /// Opens a counter of what the calling thread does in the kernel, on whatever CPU.
  public static Result openKernelCounter(int type, long config) {
    return openKernelCounter(type, config, THIS_THREAD, ALL);
  }

  /// Opens a counter of what every thread does in the kernel on one CPU.
  public static Result openKernelCounter(int type, long config, int cpu) {
    return openKernelCounter(type, config, ALL, cpu);
  }

  private static Result openKernelCounter(int type, long config, int thread, int cpu) {
    return open(
        type,
        config,
        0,
        FORMAT_TIME_ENABLED | FORMAT_TIME_RUNNING,
        BIT_EXCLUDE_USER,
        1,
        "",
        0,
        thread,
        cpu);
  }

  /// What a counter has counted.
  ///
  /// @param enabled for how many nanoseconds it was wanted
  /// @param running for how many of them it did count
  public record Count(long value, long enabled, long running) {}

  /// What a counter of [#openKernelCounter(int, long)] has counted; empty where it cannot be read.
  public static Optional<Count> count(int fd) {
    var values = new byte[24];
    if (FileIo.read(fd, values) != values.length) {
      return Optional.empty();
    }
    var words = ByteBuffer.wrap(values).order(ByteOrder.nativeOrder());
    return Optional.of(new Count(words.getLong(0), words.getLong(8), words.getLong(16)));
  }

  /// Opens what programs write to on one CPU.
  ///
  /// @param wakeup after how much whoever waits is woken
  /// @param bytes whether that is in bytes, and not in records
  /// @param backward whether the newest record overwrites the oldest
  public static Result openOutput(int cpu, int wakeup, boolean bytes, boolean backward) {
    var bits = (bytes ? BIT_WATERMARK : 0) | (backward ? BIT_WRITE_BACKWARD : 0);
    return open(TYPE_SOFTWARE, BPF_OUTPUT, 1, FORMAT_TIME_RUNNING, bits, wakeup, "", 0, ALL, cpu);
  }

  /// For how many nanoseconds the event, which was opened by [#openOutput(int, int, boolean,
  /// boolean)], has been in force; negative where it can no more be.
  public static long timeRunning(int fd) {
    var values = new byte[16];
    return FileIo.read(fd, values) == values.length
        ? ByteBuffer.wrap(values).order(ByteOrder.nativeOrder()).getLong(8)
        : -1;
  }

  /// Keeps what is written from getting into the event's memory, or lets it again. 0, or an error
  /// number.
  public static int pauseOutput(int fd, boolean paused) {
    return (int) -Native.call(SystemCall.IOCTL, fd, IOC_PAUSE_OUTPUT, paused ? 1 : 0);
  }

  private static Result open(
      int type,
      long config,
      long rate,
      long readFormat,
      long bits,
      int wakeup,
      String symbol,
      long offset,
      int thread,
      int cpu) {
    try (var arena = Arena.ofConfined()) {
      var attr =
          new Attr(arena, ATTR_SIZE)
              .u32(0, type)
              .u32(4, ATTR_SIZE)
              .u64(8, config)
              .u64(16, rate)
              .u64(24, SAMPLE_RAW)
              .u64(32, readFormat)
              .u64(40, bits | 1)
              .u32(48, wakeup);
      if (!symbol.isEmpty()) {
        attr.string(56, symbol);
      }
      attr.u64(64, offset);
      return opened(attr, thread, cpu);
    }
  }

  private static Result opened(Attr attr, int thread, int cpu) {
    return Result.of(
        Native.call(
            SystemCall.PERF_EVENT_OPEN,
            attr.memory().address(),
            thread,
            cpu,
            -1,
            FLAG_FD_CLOEXEC,
            0));
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

  /// What the kernel says of a descriptor of a process that a program is attached through
  /// (`TASK_FD_QUERY`): a perf event, or a raw tracepoint.
  ///
  /// @param errno 0, or why there is no answer: `ENOENT` where no program is attached, `EOPNOTSUPP`
  ///   where the event is a counter with a program, of which the kernel says no more; `EINVAL` or
  ///   `ENOTSUPP` (524) for a descriptor of another kind
  /// @param program the id of the program
  /// @param kind what it is on (`enum bpf_task_fd_type`)
  /// @param name the tracepoint, the function or the file; may be empty
  /// @param offset where in the function or file
  /// @param address the address, where there is no function to name
  public record TaskDescriptor(
      int errno, int program, int kind, String name, long offset, long address) {
    private static final int TASK_FD_QUERY = 20;
    private static final int NAME_SIZE = 4096;

    /// Asks of a descriptor of a process.
    public static TaskDescriptor of(int process, int descriptor) {
      try (var arena = Arena.ofConfined()) {
        var name = arena.allocate(NAME_SIZE);
        var attr =
            new Attr(arena, 48)
                .u32(0, process)
                .u32(4, descriptor)
                .u32(12, NAME_SIZE)
                .pointer(16, name);
        var result = attr.bpf(TASK_FD_QUERY);
        if (result < 0 && result != -Errno.ENOSPC) {
          return new TaskDescriptor((int) -result, 0, 0, "", 0, 0);
        }
        return new TaskDescriptor(
            0,
            attr.u32(24),
            attr.u32(28),
            name.getString(0, StandardCharsets.UTF_8),
            attr.u64(32),
            attr.u64(40));
      }
    }
  }
}
