package org.ebpf4j.vm.internal.program;

import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.Ksyscall;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.TypedPoint;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.attach.Uretprobe;
import org.ebpf4j.attach.Usdt;

/// The numbers that links give their programs (`bpf_get_attach_cookie`).
public final class Cookies {
  private Cookies() {}

  /// The number of a place; 0 for none.
  public static long of(AttachPoint point) {
    return switch (point) {
      case TypedPoint p -> p.cookie();
      case Kprobe p -> p.cookie();
      case Kretprobe p -> p.cookie();
      case Ksyscall p -> p.cookie();
      case Uprobe p -> p.cookie();
      case Uretprobe p -> p.cookie();
      case Usdt p -> p.cookie();
      case Tracepoint p -> p.cookie();
      case RawTracepoint p -> p.cookie();
      default -> 0;
    };
  }
}
