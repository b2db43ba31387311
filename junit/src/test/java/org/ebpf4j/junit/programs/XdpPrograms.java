package org.ebpf4j.junit.programs;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.program.Packet;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Subprogram;
import org.ebpf4j.program.Xdp;
import org.ebpf4j.program.map.ArrayMap;
import org.ebpf4j.program.map.HashMap;
import org.ebpf4j.program.map.LpmTrie;

/// Programs of XDP.
@SuppressWarnings("NullAway") // Null checks are the compiler's.
final class XdpPrograms {
  private static final int ETHERNET = 14;
  private static final int IPV4 = 0x0800;
  private static final int UDP = 17;

  record Address(int bits) {}

  record Prefix(int length, int address) {}

  static final class Traffic {
    long packets;
    long bytes;
  }

  static final HashMap<Address, AtomicLong> blocked = new HashMap<>(64);
  static final LpmTrie<Prefix, Integer> routes = new LpmTrie<>(16);
  static final HashMap<Integer, Traffic> traffic = new HashMap<>(16);
  static final ArrayMap<AtomicLong> lengths = new ArrayMap<>(12);
  static final HashMap<Integer, Long> macs = new HashMap<>(16);
  static int port = 53;
  static long seen;

  /// Drops packets from addresses in a map, and counts them there.
  @Section(value = "xdp", onFault = Xdp.PASS)
  static int dropBlocked(Xdp context) {
    Packet packet = context.packet();
    if (packet.be16(12) != IPV4) {
      return Xdp.PASS;
    }
    AtomicLong dropped = blocked.lookup(new Address(packet.be32(ETHERNET + 12)));
    if (dropped == null) {
      return Xdp.PASS;
    }
    dropped.incrementAndGet();
    return Xdp.DROP;
  }

  /// Decides by the longest prefix of the address it goes to.
  @Section(value = "xdp", onFault = Xdp.ABORTED)
  static int byPrefix(Xdp context) {
    Packet packet = context.packet();
    if (packet.be16(12) != IPV4) {
      return Xdp.PASS;
    }
    Integer action = routes.lookup(new Prefix(32, packet.le32(ETHERNET + 16)));
    return action == null ? Xdp.PASS : action;
  }

  /// Counts packets and bytes by protocol.
  @Section(value = "xdp", onFault = Xdp.ABORTED)
  static int byProtocol(Xdp context) {
    Packet packet = context.packet();
    if (packet.be16(12) != IPV4) {
      return Xdp.PASS;
    }
    int protocol = packet.u8(ETHERNET + 9);
    Traffic now = traffic.lookup(protocol);
    if (now == null) {
      traffic.putIfAbsent(protocol, new Traffic());
      now = traffic.lookup(protocol);
    }
    now.packets++;
    now.bytes += packet.be16(ETHERNET + 2);
    return Xdp.PASS;
  }

  /// Swaps the addresses of Ethernet and sends the packet back.
  @Section(value = "xdp", onFault = Xdp.ABORTED)
  static int reflect(Xdp context) {
    Packet packet = context.packet();
    long high = packet.be32(0);
    int low = packet.be16(4);
    packet.putBe32(0, packet.be32(6));
    packet.putBe16(4, packet.be16(10));
    packet.putBe32(6, (int) high);
    packet.putBe16(10, low);
    return Xdp.TX;
  }

  /// Takes one from the time to live, and mends the checksum of the header.
  @Section(value = "xdp", onFault = Xdp.ABORTED)
  static int decrementTtl(Xdp context) {
    Packet packet = context.packet();
    int ttl = packet.u8(ETHERNET + 8);
    if (ttl <= 1) {
      return Xdp.DROP;
    }
    packet.putU8(ETHERNET + 8, ttl - 1);
    int sum = packet.be16(ETHERNET + 10) + 0x100;
    packet.putBe16(ETHERNET + 10, (sum & 0xffff) + (sum >>> 16));
    return Xdp.PASS;
  }

  /// The checksum of the header of IPv4, from its 20 bytes.
  @Section(value = "xdp", onFault = 0x1_0000)
  static int checksum(Xdp context) {
    Packet packet = context.packet();
    int sum = 0;
    for (int i = 0; i < 10; i++) {
      sum += packet.be16(ETHERNET + 2 * i);
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum ^ 0xffff;
  }

  /// Drops what goes to the UDP port in a variable.
  @Section(value = "xdp", onFault = Xdp.PASS)
  static int dropPort(Xdp context) {
    seen++;
    Packet packet = context.packet();
    if (packet.be16(12) != IPV4 || packet.u8(ETHERNET + 9) != UDP) {
      return Xdp.PASS;
    }
    int header = (packet.u8(ETHERNET) & 0xf) * 4;
    return packet.be16(ETHERNET + header + 2) == port ? Xdp.DROP : Xdp.PASS;
  }

  /// A histogram of the lengths of packets, by powers of two.
  @Section(value = "xdp", onFault = Xdp.ABORTED)
  static int histogram(Xdp context) {
    int slot = log2(context.packet().length());
    AtomicLong count = lengths.lookup(slot);
    if (count != null) {
      count.incrementAndGet();
    }
    return slot;
  }

  @Subprogram
  static int log2(int number) {
    int log = 0;
    for (int rest = number; rest > 1 && log < 11; rest >>= 1) {
      log++;
    }
    return log;
  }

  /// Learns which address of Ethernet came in by which device.
  @Section(value = "xdp", onFault = Xdp.ABORTED)
  static int learn(Xdp context) {
    Packet packet = context.packet();
    long address = (long) packet.be16(6) << 32 | (packet.be32(8) & 0xffff_ffffL);
    macs.put(context.ingressIfindex(), address);
    return Xdp.PASS;
  }

  /// A fault of each kind, chosen by a byte of the packet.
  @Section(value = "xdp", onFault = 77)
  static int faults(Xdp context) {
    Packet packet = context.packet();
    int kind = packet.u8(0);
    int[] numbers = {1, 2, 3, 4};
    return switch (kind) {
      case 0 -> numbers[packet.u8(1)];
      case 1 -> 100 / packet.u8(1);
      case 2 -> packet.u8(packet.be16(1));
      case 3 -> (int) traffic.lookup(packet.u8(1) + 1000).packets;
      default -> 5;
    };
  }
}
