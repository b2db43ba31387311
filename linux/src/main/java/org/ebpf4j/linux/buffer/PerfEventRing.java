package org.ebpf4j.linux.buffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Pages;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.Mapping;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.spi.SharedPerfRing;

/// The event that programs write to on one CPU, in the memory of this process.
final class PerfEventRing implements SharedPerfRing {
  private final int cpu;
  private final Fd fd;
  private final long size;
  private final Mapping mapping;

  /// Owns the descriptor and the mapping, of a page with positions and `size` bytes.
  PerfEventRing(int cpu, Fd fd, long size, Mapping mapping) {
    this.cpu = cpu;
    this.fd = fd;
    this.size = size;
    this.mapping = mapping;
  }

  @Override
  public int cpu() {
    return cpu;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public MemorySegment control() {
    return mapping.memory().asSlice(0, Pages.size());
  }

  @Override
  public MemorySegment data(Arena scope) {
    return mapping.memory(scope).asSlice(Pages.size()).asReadOnly();
  }

  /// Whether its time goes on.
  @Override
  public boolean alive() {
    var before = Perf.timeRunning(fd.number());
    return before >= 0 && Perf.timeRunning(fd.number()) > before;
  }

  @Override
  public void pause(boolean paused) {
    var errno = Perf.pauseOutput(fd.number(), paused);
    if (errno != 0) {
      throw KernelException.of("the ring of CPU " + cpu, "PERF_EVENT_IOC_PAUSE_OUTPUT", errno);
    }
  }

  @Override
  public void close() {
    try (mapping) {
      fd.close();
    }
  }
}
