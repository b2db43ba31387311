package org.ebpf4j.junit.programs;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.map.ArrayMap;
import org.ebpf4j.program.map.HashMap;
import org.ebpf4j.program.map.LruHashMap;
import org.ebpf4j.program.map.PerCpuArray;
import org.ebpf4j.program.map.PerCpuHashMap;
import org.ebpf4j.program.map.Queue;
import org.ebpf4j.program.map.RingBuffer;
import org.ebpf4j.program.map.Stack;

/// Programs of raw tracepoints, which kernels run by themselves with arguments that a test gives.
@SuppressWarnings("NullAway") // Null checks are the compiler's.
final class TracingPrograms {
  static final class Event {
    int number;
    long value;
    final byte[] text = new byte[8];
  }

  record Pair(int first, int second) {}

  static final RingBuffer<Event> events = new RingBuffer<>(Event.class, 4096);
  static final HashMap<Pair, AtomicLong> pairs = new HashMap<>(64);
  static final LruHashMap<Integer, Long> recent = new LruHashMap<>(64);
  static final PerCpuArray<AtomicLong> perCpu = new PerCpuArray<>(2);
  static final PerCpuHashMap<Integer, Long> perCpuSums = new PerCpuHashMap<>(8);
  static final Queue<AtomicLong> queue = new Queue<>(4);
  static final Stack<AtomicLong> stack = new Stack<>(4);
  static final ArrayMap<AtomicLong> totals = new ArrayMap<>(4);
  static final int[] table = {3, 1, 4, 1, 5, 9, 2, 6};
  static int limit = 10;
  static short small = -3;
  static boolean enabled = true;

  /// Sends an event by reserve and submit.
  @Section(value = "raw_tracepoint/sys_enter", onFault = 99)
  static int sends(long number, long value) {
    Event event = events.reserve();
    event.number = (int) number;
    event.value = value;
    for (int i = 0; i < 8; i++) {
      event.text[i] = (byte) (i + number);
    }
    events.submit(event);
    return 1;
  }

  /// Reserves, and faults before it submits: the record is given up.
  @Section(value = "raw_tracepoint/sys_enter", onFault = 99)
  static int faultsWithAnEvent(long divisor) {
    Event event = events.reserve();
    event.number = (int) (100 / divisor);
    event.value = 0;
    for (int i = 0; i < 8; i++) {
      event.text[i] = 0;
    }
    events.submit(event);
    return 2;
  }

  /// Counts pairs of numbers.
  @Section(value = "raw_tracepoint/sys_enter", onFault = 99)
  static int countsPairs(long first, long second) {
    Pair pair = new Pair((int) first, (int) second);
    AtomicLong count = pairs.lookup(pair);
    if (count == null) {
      pairs.put(pair, new AtomicLong(1));
      return 1;
    }
    return (int) count.incrementAndGet();
  }

  /// Puts, replaces and takes entries out, and says which of it worked.
  @Section(value = "raw_tracepoint/sys_enter", onFault = 99)
  static int changesEntries(long key) {
    int done = recent.replace((int) key, 1L) ? 1 : 0;
    done |= recent.putIfAbsent((int) key, 2L) ? 2 : 0;
    done |= recent.putIfAbsent((int) key, 3L) ? 4 : 0;
    done |= recent.replace((int) key, 4L) ? 8 : 0;
    Long value = recent.lookup((int) key);
    done |= (int) (value << 8);
    done |= recent.delete((int) key) ? 16 : 0;
    done |= recent.delete((int) key) ? 32 : 0;
    return done;
  }

  /// Adds to the value of the CPU.
  @Section(value = "raw_tracepoint/sys_enter", onFault = 99)
  static int addsOnCpu(long amount) {
    AtomicLong sum = perCpu.lookup(1);
    sum.addAndGet(amount);
    Long old = perCpuSums.lookup(7);
    perCpuSums.put(7, old == null ? amount : old + amount);
    return perCpu.lookup(2) == null ? 1 : 0;
  }

  /// A queue gives the oldest, and a stack the newest.
  @Section(value = "raw_tracepoint/sys_enter", onFault = 99)
  static int ordersValues(long first) {
    AtomicLong out = new AtomicLong();
    for (int i = 0; i < 3; i++) {
      queue.push(new AtomicLong(first + i));
      stack.push(new AtomicLong(first + i));
    }
    int result = 0;
    if (queue.pop(out)) {
      result = (int) out.get();
    }
    if (stack.pop(out)) {
      result = result * 100 + (int) out.get();
    }
    return result;
  }

  /// Variables of several types.
  @Section(value = "raw_tracepoint/sys_enter", onFault = 99)
  static int usesVariables(long index) {
    if (!enabled) {
      return -1;
    }
    limit += small;
    table[0] = limit;
    return table[(int) index & 15] * 1000 + limit;
  }

  /// A loop that ends early, one in another, and a switch.
  @SuppressWarnings("fallthrough")
  @Section(value = "raw_tracepoint/sys_enter", onFault = 99)
  static int loops(long rounds) {
    int sum = 0;
    outer:
    for (int i = 0; i < 32; i++) {
      for (int j = 0; j < 4; j++) {
        if (i * 4 + j >= rounds) {
          break outer;
        }
        switch ((i + j) % 4) {
          case 0:
            sum += 1;
            break;
          case 1:
            sum += 10;
          // fall through
          case 2:
            sum += 100;
            break;
          default:
            continue;
        }
      }
    }
    return sum;
  }

  /// Shifts, division and widths by the rules of Java.
  @SuppressWarnings("CompareToZero") // It is -1, 0 or 1 in the kernel.
  @Section(value = "raw_tracepoint/sys_enter", onFault = 99)
  static int arithmetic(long a, long b) {
    int x = (int) a;
    int y = (int) b;
    int result = x / y + x % y;
    result ^= x << y ^ x >> y ^ x >>> y;
    result += (byte) x + (short) y + (char) x;
    result += Long.compare(a, b) + Integer.compareUnsigned(x, y);
    result += Math.max(x, y) - Math.min(x, y) + Integer.rotateLeft(x, 5);
    result ^= (int) (a * 31 ^ b >>> 3);
    return result;
  }

  /// What a lambda captures and adds to, many times.
  @Section(value = "raw_tracepoint/sys_enter", onFault = 99)
  static int sumsByLambda(long times) {
    return (int)
        Bpf.loop(
            (int) times,
            index -> {
              totals.lookup(index & 3).addAndGet(index);
              return index < 50;
            });
  }

  /// Time, task and CPU.
  @Section(value = "raw_tracepoint/sys_enter", onFault = 99)
  static int looksAround() {
    long before = Bpf.ktimeNs();
    byte[] name = new byte[16];
    long named = Bpf.currentComm(name);
    return (Bpf.ktimeNs() >= before ? 1 : 0)
        + (named == 0 && name[0] != 0 ? 2 : 0)
        + (Bpf.currentPidTgid() >>> 32 != 0 ? 4 : 0)
        + (Bpf.smpProcessorId() >= 0 ? 8 : 0);
  }
}
