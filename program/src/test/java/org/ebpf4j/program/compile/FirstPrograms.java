package org.ebpf4j.program.compile;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Packet;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Subprogram;
import org.ebpf4j.program.Xdp;
import org.ebpf4j.program.map.ArrayMap;
import org.ebpf4j.program.map.HashMap;
import org.ebpf4j.program.map.ProgramArray;
import org.ebpf4j.program.map.Queue;
import org.ebpf4j.program.map.RingBuffer;

/// Programs of several kinds.
@SuppressWarnings("NullAway") // Programs need no checks for null.
final class FirstPrograms {
  static final HashMap<Integer, AtomicLong> counts = new HashMap<>(1024);

  record Address(int bits) {}

  static final HashMap<Address, AtomicLong> blocked = new HashMap<>(1024);

  static final class Sum {
    long lines;
    int last;
    byte flag;
  }

  static final HashMap<Integer, Sum> sums = new HashMap<>(16);
  static int total = 7;

  @Section("xdp")
  static int arithmetic(Xdp context) {
    int x = 5 + total;
    long y = x * 3L - 100;
    total += x;
    return (int) (y / 7) + (x % 5) - (int) (y >> 3);
  }

  @Section("xdp")
  static int count() {
    int pid = 5;
    AtomicLong count = counts.lookup(pid);
    if (count != null) count.incrementAndGet();
    else counts.putIfAbsent(pid, new AtomicLong(1));
    return 0;
  }

  @Section(value = "xdp", onFault = Xdp.PASS)
  static int filter(Xdp context) {
    Packet packet = context.packet();
    if (packet.be16(12) != 0x0800) {
      return Xdp.PASS;
    }
    AtomicLong dropped = blocked.lookup(source(packet));
    if (dropped == null) {
      return Xdp.PASS;
    }
    dropped.incrementAndGet();
    return Xdp.DROP;
  }

  private static Address source(Packet packet) {
    return new Address(packet.be32(14 + 12));
  }

  @Section(value = "xdp", onFault = 99)
  static int checksum(Xdp context) {
    Packet packet = context.packet();
    int sum = 0;
    for (int i = 0; i < 10; i++) {
      sum += packet.be16(14 + 2 * i);
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    Sum s = sums.lookup(1);
    if (s == null) {
      sums.put(1, new Sum());
      s = sums.lookup(1);
    }
    s.lines += 2;
    s.last = mix(sum, (byte) -3);
    s.flag = (byte) (s.last % 7);
    return switch (sum & 3) {
      case 0 -> 10;
      case 1 -> 11;
      case 2 -> 12;
      default -> 13;
    };
  }

  @Subprogram
  static int mix(int a, byte b) {
    long x = a * 31L + b;
    return (int) (x ^ x >>> 7) / 3 + (b < 0 ? 1 : 2);
  }

  record Pair(int a, int b) {}

  static final RingBuffer<Pair> pairs = new RingBuffer<>(Pair.class, 1 << 16);
  static final ArrayMap<AtomicLong> totals = new ArrayMap<>(4);
  static final Queue<Long> queue = new Queue<>(16);
  static final ProgramArray next = new ProgramArray(4);

  static final class Event {
    int number;
    final byte[] bytes = new byte[16];
  }

  static final RingBuffer<Event> events = new RingBuffer<>(Event.class, 1 << 16);

  @Section("xdp")
  static int lambda(Xdp context) {
    int[] sum = new int[2];
    int base = context.packet().u8(3);
    Bpf.loop(
        1000,
        i -> {
          sum[0] += i + base;
          return i < 500;
        });
    return sum[0];
  }

  @Section(value = "xdp", onFault = 77)
  static int faultInLambda(Xdp context) {
    int[] sum = new int[2];
    Bpf.loop(
        10,
        i -> {
          sum[i]++;
          return true;
        });
    return 7;
  }

  @Section("xdp")
  static int tailCall(Xdp context) {
    next.tailCall(2);
    return 3;
  }

  @Section("xdp")
  static int output(Xdp context) {
    return pairs.output(new Pair(3, 4)) ? 1 : 2;
  }

  @Section("xdp")
  static int push(Xdp context) {
    AtomicLong total = totals.lookup(2);
    long n = total.incrementAndGet();
    if (n == 5) {
      queue.push(n);
    }
    return (int) n + (total.compareAndSet(1, 7) ? 10 : 20);
  }

  /// The reservation is given up where the packet is too short.
  @Section(value = "xdp", onFault = 66)
  static int reserve(Xdp context) {
    Event event = events.reserve();
    if (event == null) {
      return 1;
    }
    event.number = context.packet().be16(30);
    event.bytes[event.number & 31] = 1;
    events.submit(event);
    return 2;
  }
}
