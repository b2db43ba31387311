package org.ebpf4j.program.compile;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Xdp;
import org.ebpf4j.program.map.ArrayMap;
import org.ebpf4j.program.map.BloomFilter;
import org.ebpf4j.program.map.HashMap;
import org.ebpf4j.program.map.LruPerCpuHashMap;
import org.ebpf4j.program.map.PerCpuArray;
import org.ebpf4j.program.map.PerCpuHashMap;
import org.ebpf4j.program.map.Stack;

/// Programs that go through maps, and maps of less usual types.
@SuppressWarnings("NullAway") // Programs need no checks for null.
final class MapPrograms {
  static final class Row {
    long sum;
    int last;
    final short[] seen = new short[4];
  }

  static final HashMap<Integer, AtomicInteger> table = new HashMap<>(16);
  static final ArrayMap<Row> rows = new ArrayMap<>(4);
  static final PerCpuArray<Row> perCpu = new PerCpuArray<>(2);
  static final PerCpuHashMap<Integer, AtomicLong> sums = new PerCpuHashMap<>(8);
  static final LruPerCpuHashMap<Integer, AtomicLong> recent = new LruPerCpuHashMap<>(64);
  static final BloomFilter<Integer> filter = new BloomFilter<>(100);
  static final Stack<AtomicLong> stack = new Stack<>(8);

  /// Fills a map, sums it up, and takes out what is large.
  @Section(value = "xdp", onFault = 99)
  static int eachOfHash(Xdp context) {
    for (int i = 0; i < 6; i++) {
      table.put(i, new AtomicInteger(context.packet().u8(i) + i));
    }
    int[] sum = new int[2];
    int limit = context.packet().length();
    long calls =
        table.forEach((key, value) -> {
          sum[0] += value.get() * (key + 1);
          if (value.get() > limit) {
            sum[1]++;
            table.delete(key);
          }
          return true;
        });
    return sum[0] + 10_000 * sum[1] + (int) calls;
  }

  @Section(value = "xdp", onFault = 99)
  static int eachOfArray(Xdp context) {
    int step = context.packet().u8(5);
    int[] sum = new int[1];
    rows.forEach((index, row) -> {
      row.sum += step + index;
      row.last = index;
      row.seen[index]++;
      sum[0] += (int) row.sum + row.seen[index];
      return index < 2;
    });
    return sum[0];
  }

  /// An exception for one of the elements ends all of it.
  @Section(value = "xdp", onFault = 99)
  static int faultForOne(Xdp context) {
    int[] seen = new int[3];
    int base = context.packet().length() - 14;
    try {
      rows.forEach((index, row) -> {
        seen[index]++;
        row.last = 100 / (index - base);
        return true;
      });
    } catch (RuntimeException _) {
      return 1000 + seen[0] + seen[1] + seen[2];
    }
    return seen[0];
  }

  @Section(value = "xdp", onFault = 99)
  static int onEachCpu(Xdp context) {
    Row row = perCpu.lookup(context.packet().length() / 40);
    row.sum = row.sum + context.packet().u8(2) - row.sum;
    row.last ^= 0;
    sums.putIfAbsent(4, new AtomicLong());
    AtomicLong sum = sums.lookup(4);
    sum.set(row.sum * 3);
    recent.put(context.packet().length(), new AtomicLong(sum.get() + 1));
    return (int) recent.lookup(context.packet().length()).get();
  }

  @Section(value = "xdp", onFault = 99)
  static int filtered(Xdp context) {
    int number = context.packet().length();
    boolean before = filter.mayContain(number + 100_000);
    filter.add(number);
    return (filter.mayContain(number) ? 1 : 2) + (before ? 10 : 20);
  }

  @Section(value = "xdp", onFault = 99)
  static int stacked(Xdp context) {
    stack.push(new AtomicLong(context.packet().length()));
    stack.push(new AtomicLong(context.packet().u8(1) * 5_000_000_000L));
    AtomicLong top = new AtomicLong();
    AtomicLong below = new AtomicLong();
    boolean both = stack.pop(top) && stack.pop(below);
    return both ? (int) (top.get() >>> 20) + (int) below.get() : 4;
  }

  private MapPrograms() {}
}
