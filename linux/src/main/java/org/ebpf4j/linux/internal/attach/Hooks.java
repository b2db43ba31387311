package org.ebpf4j.linux.internal.attach;

import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.BtfTracepoint;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Fentry;
import org.ebpf4j.attach.Fexit;
import org.ebpf4j.attach.FlowDissector;
import org.ebpf4j.attach.FmodRet;
import org.ebpf4j.attach.Freplace;
import org.ebpf4j.attach.Fsession;
import org.ebpf4j.attach.FunctionMulti;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.KprobeMulti;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.Ksyscall;
import org.ebpf4j.attach.Lirc;
import org.ebpf4j.attach.Lsm;
import org.ebpf4j.attach.LsmCgroup;
import org.ebpf4j.attach.Lwt;
import org.ebpf4j.attach.Netfilter;
import org.ebpf4j.attach.Netkit;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.SkLookup;
import org.ebpf4j.attach.SkReuseport;
import org.ebpf4j.attach.SocketFilter;
import org.ebpf4j.attach.Sockmap;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Tcx;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.attach.UprobeMulti;
import org.ebpf4j.attach.Uretprobe;
import org.ebpf4j.attach.Usdt;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.network.CgroupHook;
import org.ebpf4j.linux.internal.network.LircHook;
import org.ebpf4j.linux.internal.network.LwtHook;
import org.ebpf4j.linux.internal.network.NetfilterHook;
import org.ebpf4j.linux.internal.network.NetworkNamespaceHook;
import org.ebpf4j.linux.internal.network.OrderedHook;
import org.ebpf4j.linux.internal.network.SocketHook;
import org.ebpf4j.linux.internal.network.SockmapHook;
import org.ebpf4j.linux.internal.network.TcHook;
import org.ebpf4j.linux.internal.network.XdpHook;

/// Which mechanism serves which attach point.
public final class Hooks {
  private Hooks() {}

  /// Attaches a program, after a look at whether it fits.
  ///
  /// @throws org.ebpf4j.error.WrongHookException where the place takes no programs of its type
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where nothing attaches to such a place
  ///   yet
  /// @throws org.ebpf4j.error.BpfException where it cannot be; nothing is left behind
  public static Attachment attach(Attaching program, AttachPoint point) {
    var kind = HookKind.of(point);
    program.type().ifPresent(type -> kind.check(program.what(), point, type, program.attachType()));
    return switch (point) {
      case Tracepoint p -> TracepointHook.attach(program, p);
      case Kprobe p -> KprobeHook.attach(program, KernelCode.of(p));
      case Kretprobe p -> KprobeHook.attach(program, KernelCode.of(p));
      case Ksyscall p -> KprobeHook.attach(program, KernelCode.of(p));
      case KprobeMulti p -> KprobeMultiHook.attach(program, p);
      case Uprobe p -> UprobeHook.attach(program, p);
      case Uretprobe p -> UprobeHook.attach(program, p);
      case UprobeMulti p -> UprobeHook.attach(program, p);
      case Usdt p -> UsdtHook.attach(program, p);
      case PerfEvent p -> PerfEventHook.attach(program, p);
      case RawTracepoint p -> RawTracepointHook.attach(program, p);
      case Xdp p -> XdpHook.attach(program, p);
      case Tcx p -> OrderedHook.tcx(program, p);
      case Netkit p -> OrderedHook.netkit(program, p);
      case Tc p -> TcHook.attach(program, p);
      case Netfilter p -> NetfilterHook.attach(program, p);
      case SkLookup p -> NetworkNamespaceHook.skLookup(program, p);
      case FlowDissector p -> NetworkNamespaceHook.flowDissector(program, p);
      case Lwt p -> LwtHook.attach(program, p);
      case SocketFilter p -> SocketHook.attach(program, p);
      case SkReuseport p -> SocketHook.reuseport(program, p);
      case Lirc p -> LircHook.attach(program, p);
      case Cgroup p -> CgroupHook.attach(program, p);
      case Sockmap p -> SockmapHook.attach(program, p);
      case BtfTracepoint p -> TracingHook.attach(program, p);
      case Fentry p -> TracingHook.attach(program, p);
      case Fexit p -> TracingHook.attach(program, p);
      case FmodRet p -> TracingHook.attach(program, p);
      case Fsession p -> TracingHook.attach(program, p);
      case Lsm p -> TracingHook.lsm(program, p);
      case LsmCgroup p -> LsmCgroupHook.attach(program, p);
      case Freplace p -> FreplaceHook.attach(program, p);
      case KernelIterator p -> IteratorHook.attach(program, p);
      case FunctionMulti _ -> throw kind.notYet(program.what(), point);
    };
  }
}
