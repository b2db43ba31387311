package org.ebpf4j.linux.internal.host;

/// How far the perf subsystem may be used, by settings of the kernel.
public final class PerfLimits {
  private PerfLimits() {}

  /// How many samples a second the kernel takes at most for one event:
  /// `kernel.perf_event_max_sample_rate`; as good as none where it cannot be read.
  public static long sampleRate() {
    return ProcFile.value("/proc/sys/kernel/perf_event_max_sample_rate")
        .filter(v -> v.matches("\\d{1,18}"))
        .map(Long::parseLong)
        .orElse(Long.MAX_VALUE);
  }

  /// `kernel.perf_event_paranoid`. Mainline knows -1 to 2; kernels of Debian, Ubuntu and others
  /// leave events to `CAP_SYS_ADMIN` above that. 2 where it cannot be read.
  public static int paranoid() {
    return ProcFile.value("/proc/sys/kernel/perf_event_paranoid")
        .filter(v -> v.matches("-?\\d{1,9}"))
        .map(Integer::parseInt)
        .orElse(2);
  }
}
