package org.ebpf4j.linux.internal.host;

/// How many samples a second the kernel takes at most for one event.
public final class SampleRate {
  private SampleRate() {}

  /// `kernel.perf_event_max_sample_rate`; as good as none where it cannot be read.
  public static long limit() {
    return ProcFile.value("/proc/sys/kernel/perf_event_max_sample_rate")
        .filter(v -> v.matches("\\d{1,18}"))
        .map(Long::parseLong)
        .orElse(Long.MAX_VALUE);
  }
}
