package org.ebpf4j.linux.internal.query;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import org.ebpf4j.linux.internal.sys.Bpf;

/// How often probes of the kernel were hit and their program was not run, as the kernel counts it
/// for their links (since 6.7).
public final class ProbeMisses {
  private static final int SIZE = 64;

  /// Up to the count of perf events, which came together with that of links on many functions.
  private static final int COUNTING_SIZE = 56;

  // enum bpf_link_type
  private static final int PERF_EVENT = 7;
  private static final int KPROBE_MULTI = 8;

  // enum bpf_perf_event_type
  private static final int KPROBE = 3;
  private static final int KRETPROBE = 4;

  private ProbeMisses() {}

  /// The count of a link; empty for one that is no probe of the kernel, and where the kernel does
  /// not count.
  ///
  /// @param link its descriptor
  public static OptionalLong of(int link) {
    var info = new byte[SIZE];
    if (Bpf.infoSize(link, info) < COUNTING_SIZE) {
      return OptionalLong.empty();
    }
    var buffer = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder());
    return switch (buffer.getInt(0)) {
      case KPROBE_MULTI -> OptionalLong.of(buffer.getLong(32));
      case PERF_EVENT -> {
        var type = buffer.getInt(16);
        yield type == KPROBE || type == KRETPROBE
            ? OptionalLong.of(buffer.getLong(48))
            : OptionalLong.empty();
      }
      default -> OptionalLong.empty();
    };
  }
}
