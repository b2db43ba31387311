package org.ebpf4j.junit.programs;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.SocketBuffer;
import org.ebpf4j.program.SocketLookup;
import org.ebpf4j.program.Xdp;
import org.ebpf4j.program.map.HashMap;
import org.ebpf4j.program.map.ProgramArray;

/// Programs of other types, and one that goes on with another.
@SuppressWarnings("NullAway") // Null checks are the compiler's.
final class HookPrograms {
  static final HashMap<Integer, AtomicLong> hits = new HashMap<>(1024);
  static final ProgramArray next = new ProgramArray(4);

  private static void hit(int kind) {
    int process = (int) (Bpf.currentPidTgid() >>> 32);
    int key = process << 4 | kind;
    AtomicLong count = hits.lookup(key);
    if (count == null) {
      hits.put(key, new AtomicLong(1));
    } else {
      count.incrementAndGet();
    }
  }

  @Section("kprobe/do_nanosleep")
  static int sleeps() {
    hit(1);
    return 0;
  }

  @Section("kretprobe/do_nanosleep")
  static int slept() {
    hit(2);
    return 0;
  }

  @Section("tracepoint/syscalls/sys_enter_getpid")
  static int entersGetpid() {
    hit(3);
    return 0;
  }

  @Section("perf_event")
  static int sampled() {
    hit(4);
    return 0;
  }

  @Section("action")
  static int actsOnLong(SocketBuffer packet) {
    return packet.len() > 64 ? 2 : 0;
  }

  @Section("lwt_in")
  static int letsIn(SocketBuffer packet) {
    return packet.len() > 64 ? 2 : 0;
  }

  @Section("lwt_out")
  static int letsOut(SocketBuffer packet) {
    return packet.len() > 65 ? 2 : 0;
  }

  @Section("lwt_xmit")
  static int sends(SocketBuffer packet) {
    return packet.len() > 66 ? 2 : 0;
  }

  @Section("sk_lookup")
  static int looksUp(SocketLookup lookup) {
    return lookup.localPort() == 80 || lookup.protocol() == 17 ? 1 : 0;
  }

  @Section("netfilter")
  static int accepts() {
    return 1;
  }

  @Section(value = "xdp", onFault = Xdp.ABORTED)
  static int goesOn(Xdp context) {
    next.tailCall(context.packet().u8(0));
    return Xdp.PASS;
  }

  @Section("xdp")
  static int drops(Xdp context) {
    return Xdp.DROP;
  }

  @Section("xdp")
  static int goesOnAgain(Xdp context) {
    next.tailCall(1);
    return Xdp.TX;
  }
}
