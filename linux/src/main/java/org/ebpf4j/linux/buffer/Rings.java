package org.ebpf4j.linux.buffer;

import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.ring.EventTypes;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.PerfBufferOptions;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.RingPoller;
import org.ebpf4j.ring.UserRingBuffer;

/// Opens maps that are rings.
public final class Rings {
  /// `BPF_F_RB_OVERWRITE` of `include/uapi/linux/bpf.h`.
  private static final int OVERWRITE = 1 << 19;

  private Rings() {}

  /// A map that programs write to.
  ///
  /// @param types what is known of the records
  /// @throws UnsupportedFeatureException where it overwrites what was not read
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map it
  public static RingBuffer reader(String name, int map, MapInfo info, EventTypes types) {
    if ((info.flags() & OVERWRITE) != 0) {
      throw new UnsupportedFeatureException(
          "BPF_F_RB_OVERWRITE",
          null,
          "ring buffer '"
              + name
              + "' overwrites its oldest records (BPF_F_RB_OVERWRITE), while they may be read: such"
              + " a ring is not read by this library; create it without that flag");
    }
    return new RingBuffer(MappedRing.toRead(name, map, info.maxEntries()), types);
  }

  /// A map that programs write to, in a ring for each CPU.
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  public static PerfBuffer perf(
      String name, int map, MapInfo info, PerfBufferOptions options, EventTypes types) {
    return new PerfBuffer(new PerfEventRings(name, map, info.maxEntries(), options), types);
  }

  /// A map that programs read from.
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel does not map it
  public static UserRingBuffer writer(String name, int map, MapInfo info) {
    return new UserRingBuffer(MappedRing.toWrite(name, map, info.maxEntries()));
  }

  /// A poller of rings, without rings.
  public static RingPoller poller() {
    return new RingPoller(new EpollWaiter());
  }
}
