package org.ebpf4j.junit.guide;

import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;

@SuppressWarnings("NullAway") // Null checks are the compiler's.
class Hello {
  @Section("tracepoint/syscalls/sys_enter_execve")
  static int hello() {
    Bpf.printk("Hello from Java, process %d", Bpf.currentPidTgid() >>> 32);
    return 0;
  }
}
