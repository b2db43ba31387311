package org.ebpf4j.junit.programs;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Packet;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.SocketBuffer;
import org.ebpf4j.program.map.HashMap;

/// Programs that see packets with what the kernel knows of them.
@SuppressWarnings("NullAway") // Null checks are the compiler's.
final class SocketPrograms {
  static final int OK = 0;
  static final int SHOT = 2;

  static final HashMap<Integer, AtomicLong> protocols = new HashMap<>(16);
  static final HashMap<Integer, AtomicLong> marks = new HashMap<>(16);

  /// Drops packets that are too long.
  @Section(value = "tc", onFault = OK)
  static int dropLong(SocketBuffer packet) {
    return packet.len() > 100 ? SHOT : OK;
  }

  /// Counts packets by their protocol, as the kernel says it.
  @Section(value = "tc", onFault = OK)
  static int countProtocols(SocketBuffer packet) {
    int protocol = Short.toUnsignedInt(Short.reverseBytes((short) packet.protocol()));
    AtomicLong count = protocols.lookup(protocol);
    if (count != null) {
      count.incrementAndGet();
    } else {
      protocols.put(protocol, new AtomicLong(1));
    }
    return OK;
  }

  /// Marks a packet by the port that it goes to.
  @Section(value = "tc", onFault = SHOT)
  static int mark(SocketBuffer context) {
    Packet packet = context.packet();
    context.mark(packet.be16(36));
    return context.mark();
  }

  /// Writes into a packet by a helper function, and reads it back.
  @Section(value = "tc", onFault = 50)
  static int store(SocketBuffer context) {
    byte[] bytes = {1, 2, 3, 4};
    if (Bpf.skbStoreBytes(context, 20, bytes, 0) != 0) {
      return 51;
    }
    byte[] back = new byte[4];
    if (Bpf.skbLoadBytes(context, 20, back) != 0) {
      return 52;
    }
    return back[0] + back[3];
  }

  /// Takes the first bytes of TCP only.
  @Section(value = "socket", onFault = 0)
  static int tcpOnly(SocketBuffer context) {
    byte[] protocol = new byte[1];
    if (Bpf.skbLoadBytes(context, 9, protocol) != 0) {
      return 0;
    }
    return protocol[0] == 6 ? 64 : 0;
  }

  /// Lets small packets of a cgroup out.
  @Section(value = "cgroup_skb/egress", onFault = 0)
  static int smallOnly(SocketBuffer context) {
    return context.len() <= 60 ? 1 : 0;
  }
}
