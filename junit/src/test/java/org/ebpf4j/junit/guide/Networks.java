package org.ebpf4j.junit.guide;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.program.Packet;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Xdp;
import org.ebpf4j.program.map.LpmTrie;

@SuppressWarnings("NullAway") // Null checks are the compiler's.
class Networks {
  record Network(int length, int address) {}

  static final LpmTrie<Network, AtomicLong> blocked = new LpmTrie<>(1024);

  @Section(value = "xdp", onFault = Xdp.PASS)
  static int filter(Xdp context) {
    Packet packet = context.packet();
    if (packet.be16(12) != 0x0800) {
      return Xdp.PASS;
    }
    AtomicLong dropped = blocked.lookup(new Network(32, packet.le32(26)));
    if (dropped == null) {
      return Xdp.PASS;
    }
    dropped.incrementAndGet();
    return Xdp.DROP;
  }
}
