package org.ebpf4j.junit.guide;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.map.HashMap;

@SuppressWarnings("NullAway") // Null checks are the compiler's.
class Calls {
  static final HashMap<Integer, AtomicLong> counts = new HashMap<>(10_240);

  @Section("raw_tracepoint/sys_enter")
  static int count() {
    int process = (int) (Bpf.currentPidTgid() >>> 32);
    AtomicLong count = counts.lookup(process);
    if (count != null) {
      count.incrementAndGet();
    } else {
      counts.putIfAbsent(process, new AtomicLong(1));
    }
    return 0;
  }
}
