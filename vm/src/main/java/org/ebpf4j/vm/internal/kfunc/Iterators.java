package org.ebpf4j.vm.internal.kfunc;

import java.util.Map;
import java.util.Objects;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.machine.Run;

/// Iterators that programs keep on their stack: over numbers (`struct bpf_iter_num`: the current
/// number, the one behind the last) and over bits (`struct bpf_iter_bits`: the address of a copy,
/// how many bits, the current one).
final class Iterators {
  private static final long MOST_NUMBERS = 8 << 20;
  private static final int MOST_WORDS = 511;

  private Iterators() {}

  static void addTo(Map<String, Helper> all) {
    all.put("iter_num_new", (run, it, from, to, d, e) -> numbers(run, it, (int) from, (int) to));
    all.put("iter_num_next", (run, it, b, c, d, e) -> nextNumber(run, it));
    all.put("iter_num_destroy", (run, it, b, c, d, e) -> setNumbers(run, it, 0, 0));
    all.put("iter_bits_new", (run, it, bits, words, d, e) -> bits(run, it, bits, (int) words));
    all.put("iter_bits_next", (run, it, b, c, d, e) -> nextBit(run, it));
    all.put("iter_bits_destroy", (run, it, b, c, d, e) -> endBits(run, it));
  }

  private static long setNumbers(Run run, long it, int current, int end) {
    run.memory().store(it, 4, current);
    run.memory().store(it + 4, 4, end);
    return 0;
  }

  private static long numbers(Run run, long it, int from, int to) {
    if (from > to) {
      setNumbers(run, it, 0, 0);
      return -Errno.EINVAL;
    }
    if ((long) to - from > MOST_NUMBERS) {
      setNumbers(run, it, 0, 0);
      return -Errno.E2BIG;
    }
    return setNumbers(run, it, from - 1, to);
  }

  private static long nextNumber(Run run, long it) {
    int next = (int) run.memory().load(it, 4) + 1;
    int end = (int) run.memory().load(it + 4, 4);
    if (next >= end) {
      return setNumbers(run, it, 0, 0);
    }
    run.memory().store(it, 4, next);
    return it;
  }

  private static long bits(Run run, long it, long from, int words) {
    var memory = run.memory();
    memory.store(it, 8, 0);
    memory.store(it + 8, 4, 0);
    memory.store(it + 12, 4, -1);
    if (from == 0 || words == 0) {
      return -Errno.EINVAL;
    }
    if (words < 0 || words > MOST_WORDS) {
      return -Errno.E2BIG;
    }
    byte[] copy;
    try {
      copy = memory.read(from, (long) words * Long.BYTES);
    } catch (MemoryFault _) {
      return -Errno.EFAULT;
    }
    memory.store(it, 8, memory.add(new Region("the bits of an iterator", copy, false)));
    memory.store(it + 8, 4, (long) words * Long.SIZE);
    return 0;
  }

  private static long nextBit(Run run, long it) {
    var memory = run.memory();
    int count = (int) memory.load(it + 8, 4);
    int bit = (int) memory.load(it + 12, 4) + 1;
    if (count == 0) {
      return 0;
    }
    var bytes = Objects.requireNonNull(memory.at(memory.load(it, 8)).bytes());
    while (bit < count && (bytes[bit >> 3] >> (bit & 7) & 1) == 0) {
      bit++;
    }
    memory.store(it + 12, 4, Math.min(bit, count));
    return bit < count ? it + 12 : 0;
  }

  private static long endBits(Run run, long it) {
    var copy = run.memory().find(run.memory().load(it, 8));
    if (copy != null) {
      run.memory().remove(copy);
    }
    run.memory().store(it + 8, 4, 0);
    return 0;
  }
}
