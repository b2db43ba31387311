package org.ebpf4j.junit.guide;

import org.ebpf4j.program.Packet;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Xdp;

@SuppressWarnings("NullAway") // Null checks are the compiler's.
class Ports {
  static final int ETHERNET = 14;

  @Section(value = "xdp", onFault = Xdp.PASS)
  static int dropTelnet(Xdp context) {
    Packet packet = context.packet();
    boolean isIpv4 = packet.be16(12) == 0x0800;
    if (!isIpv4 || packet.u8(ETHERNET + 9) != 6) {
      return Xdp.PASS;
    }
    int header = (packet.u8(ETHERNET) & 0xf) * 4;
    return packet.be16(ETHERNET + header + 2) == 23 ? Xdp.DROP : Xdp.PASS;
  }
}
