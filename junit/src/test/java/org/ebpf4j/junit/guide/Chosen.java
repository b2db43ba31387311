package org.ebpf4j.junit.guide;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;

@SuppressWarnings("NullAway") // Null checks are the compiler's.
class Chosen {
  static int process = 0;
  static final AtomicLong calls = new AtomicLong();

  @Section("raw_tracepoint/sys_enter")
  static int count() {
    if (process != 0 && process != (int) (Bpf.currentPidTgid() >>> 32)) {
      return 0;
    }
    calls.incrementAndGet();
    return 1;
  }
}
