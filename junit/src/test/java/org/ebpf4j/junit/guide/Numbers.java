package org.ebpf4j.junit.guide;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.map.HashMap;
import org.ebpf4j.program.map.PerCpuArray;

@SuppressWarnings("NullAway") // Null checks are the compiler's.
class Numbers {
  record Call(int process, int number) {}

  static final HashMap<Call, AtomicLong> calls = new HashMap<>(10_240);
  static final PerCpuArray<AtomicLong> all = new PerCpuArray<>(1);

  @Section("raw_tracepoint/sys_enter")
  static int count(long registers, long number) {
    Call call = new Call((int) (Bpf.currentPidTgid() >>> 32), (int) number);
    calls.putIfAbsent(call, new AtomicLong());
    calls.lookup(call).incrementAndGet();
    all.lookup(0).incrementAndGet();
    return 0;
  }
}
