package org.ebpf4j.linux.attach;

import java.util.function.Consumer;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.SocketFilter;
import org.ebpf4j.attach.Sockmap;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Xdp;

/// Which mechanism serves which attach point.
public final class Hooks {
  private Hooks() {}

  /// Attaches a program. What is done on the way goes to `steps`, a sentence each.
  ///
  /// @param what the program and the place, for messages
  /// @throws org.ebpf4j.error.BpfException where it cannot be; nothing is left behind
  public static Attachment attach(
      String what, int program, AttachPoint point, Consumer<String> steps) {
    return switch (point) {
      case Tracepoint p -> PerfEventHook.tracepoint(what, program, p, steps);
      case Kprobe p -> PerfEventHook.kprobe(what, program, p.symbol(), p.offset(), false, steps);
      case Kretprobe p -> PerfEventHook.kprobe(what, program, p.symbol(), 0, true, steps);
      case PerfEvent p -> PerfEventHook.counter(what, program, p, steps);
      case RawTracepoint p -> RawTracepointHook.attach(what, program, p, steps);
      case Xdp p -> XdpHook.attach(what, program, p, steps);
      case SocketFilter p -> SocketHook.attach(what, program, p, steps);
      case Cgroup p -> CgroupHook.attach(what, program, p, steps);
      case Sockmap p -> SockmapHook.attach(what, program, p, steps);
    };
  }
}
