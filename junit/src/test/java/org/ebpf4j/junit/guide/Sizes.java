package org.ebpf4j.junit.guide;

import org.ebpf4j.program.Section;
import org.ebpf4j.program.SocketBuffer;
import org.ebpf4j.program.Subprogram;
import org.ebpf4j.program.map.ArrayMap;

@SuppressWarnings("NullAway") // Null checks are the compiler's.
class Sizes {
  static final class Histogram {
    final int[] slots = new int[16];
  }

  static final ArrayMap<Histogram> sizes = new ArrayMap<>(1);

  @Section("tc")
  static int measure(SocketBuffer packet) {
    sizes.lookup(0).slots[log2(packet.len())]++;
    return 0;
  }

  @Subprogram
  static int log2(int number) {
    int log = 0;
    for (int rest = number; rest > 1; rest >>= 1) {
      log++;
    }
    return log;
  }
}
