package org.ebpf4j.junit.guide;

import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.map.RingBuffer;

@SuppressWarnings("NullAway") // Null checks are the compiler's.
class Starts {
  static final class Start {
    long time;
    int process;
    int user;
    final byte[] name = new byte[16];
  }

  static final RingBuffer<Start> starts = new RingBuffer<>(Start.class, 1 << 16);

  @Section("raw_tracepoint/sched_process_exec")
  static int started() {
    Start start = starts.reserve();
    if (start == null) {
      return 1;
    }
    start.time = Bpf.ktimeNs();
    start.process = (int) (Bpf.currentPidTgid() >>> 32);
    start.user = (int) Bpf.currentUidGid();
    Bpf.currentComm(start.name);
    starts.submit(start);
    return 0;
  }
}
