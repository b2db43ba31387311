package org.ebpf4j.vm.internal.kfunc;

import java.util.Arrays;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.helper.Environment;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.machine.Run;

/// Sets of CPUs (`kernel/bpf/cpumask.c`): a bit for each CPU, from the lowest.
final class CpuSets {
  /// The bytes of a set, for as many CPUs as there may be.
  private static final int SIZE = 128;

  private CpuSets() {}

  /// A set that a program made. It is gone with the last reference.
  private static final class Owned extends Region {
    private int references = 1;

    Owned() {
      super("a set of CPUs", new byte[SIZE + Integer.BYTES], true);
    }
  }

  static void addTo(Map<String, Helper> all) {
    all.put("cpumask_create", (run, a, b, c, d, e) -> run.memory().add(new Owned()));
    all.put("cpumask_acquire", (run, mask, b, c, d, e) -> acquire(run, mask));
    for (var name : new String[] {"cpumask_release", "cpumask_release_dtor"}) {
      all.put(
          name,
          (run, mask, b, c, d, e) -> {
            release(run.memory(), mask);
            return 0;
          });
    }
    addSearches(all);
    all.put("cpumask_test_cpu", (run, cpu, mask, c, d, e) -> isIn(run, mask, cpu) ? 1 : 0);
    all.put("cpumask_set_cpu", (run, cpu, mask, c, d, e) -> set(run, mask, cpu, true, false));
    all.put("cpumask_clear_cpu", (run, cpu, mask, c, d, e) -> set(run, mask, cpu, false, false));
    all.put(
        "cpumask_test_and_set_cpu", (run, cpu, mask, c, d, e) -> set(run, mask, cpu, true, true));
    all.put(
        "cpumask_test_and_clear_cpu",
        (run, cpu, mask, c, d, e) -> set(run, mask, cpu, false, true));
    all.put("cpumask_setall", (run, mask, b, c, d, e) -> put(run, mask, all(run)));
    all.put("cpumask_clear", (run, mask, b, c, d, e) -> put(run, mask, new boolean[cpus(run)]));
    all.put("cpumask_and", (run, to, a, b, d, e) -> combine(run, to, a, b, (x, y) -> x & y));
    all.put("cpumask_or", (run, to, a, b, d, e) -> combine(run, to, a, b, (x, y) -> x | y));
    all.put("cpumask_xor", (run, to, a, b, d, e) -> combine(run, to, a, b, (x, y) -> x ^ y));
    all.put("cpumask_copy", (run, to, from, c, d, e) -> put(run, to, get(run, from)));
    addComparisons(all);
    all.put("cpumask_populate", CpuSets::populate);
  }

  private static void addSearches(Map<String, Helper> all) {
    all.put("cpumask_first", (run, mask, b, c, d, e) -> first(get(run, mask), true));
    all.put("cpumask_first_zero", (run, mask, b, c, d, e) -> first(get(run, mask), false));
    for (var name : new String[] {"cpumask_first_and", "cpumask_any_and_distribute"}) {
      all.put(
          name,
          (run, a, b, c, d, e) -> {
            var both = get(run, a);
            var other = get(run, b);
            for (int i = 0; i < both.length; i++) {
              both[i] &= other[i];
            }
            return first(both, true);
          });
    }
    all.put("cpumask_any_distribute", (run, mask, b, c, d, e) -> first(get(run, mask), true));
    all.put("cpumask_weight", (run, mask, b, c, d, e) -> weight(get(run, mask)));
  }

  private static void addComparisons(Map<String, Helper> all) {
    all.put(
        "cpumask_equal", (run, a, b, c, d, e) -> Arrays.equals(get(run, a), get(run, b)) ? 1 : 0);
    all.put(
        "cpumask_intersects",
        (run, a, b, c, d, e) -> {
          var one = get(run, a);
          var other = get(run, b);
          for (int i = 0; i < one.length; i++) {
            if (one[i] && other[i]) {
              return 1;
            }
          }
          return 0;
        });
    all.put(
        "cpumask_subset",
        (run, a, b, c, d, e) -> {
          var one = get(run, a);
          var other = get(run, b);
          for (int i = 0; i < one.length; i++) {
            if (one[i] && !other[i]) {
              return 0;
            }
          }
          return 1;
        });
    all.put("cpumask_empty", (run, mask, b, c, d, e) -> weight(get(run, mask)) == 0 ? 1 : 0);
    all.put("cpumask_full", (run, mask, b, c, d, e) -> weight(get(run, mask)) == cpus(run) ? 1 : 0);
  }

  private static int cpus(Run run) {
    return Environment.of(run).host().cpus();
  }

  private static boolean[] all(Run run) {
    var all = new boolean[cpus(run)];
    Arrays.fill(all, true);
    return all;
  }

  /// Which CPUs are in a set, be it a program's or one that something of the kernel points to.
  private static boolean[] get(Run run, long mask) {
    var in = new boolean[cpus(run)];
    for (int i = 0; i < in.length; i++) {
      in[i] = (run.memory().load(mask + i / 8, 1) >>> (i % 8) & 1) != 0;
    }
    return in;
  }

  private static long put(Run run, long mask, boolean[] in) {
    var bytes = new byte[(in.length + 7) / 8];
    for (int i = 0; i < in.length; i++) {
      bytes[i / 8] |= (byte) (in[i] ? 1 << (i % 8) : 0);
    }
    run.memory().write(mask, bytes);
    return 0;
  }

  private static boolean isIn(Run run, long mask, long cpu) {
    var number = cpu & 0xffff_ffffL;
    return number < cpus(run)
        && (run.memory().load(mask + number / 8, 1) >>> (number % 8) & 1) != 0;
  }

  private static long set(Run run, long mask, long cpu, boolean in, boolean tell) {
    var number = cpu & 0xffff_ffffL;
    if (number >= cpus(run)) {
      return 0;
    }
    var region = run.memory().at(mask);
    synchronized (region) {
      var before = isIn(run, mask, number);
      var bit = 1L << (number % 8);
      var old = run.memory().load(mask + number / 8, 1);
      run.memory().store(mask + number / 8, 1, in ? old | bit : old & ~bit);
      return tell && before ? 1 : 0;
    }
  }

  /// The first CPU that is in a set, or not; how many CPUs there are where none is.
  private static long first(boolean[] in, boolean wanted) {
    int i = 0;
    while (i < in.length && in[i] != wanted) {
      i++;
    }
    return i;
  }

  private static long weight(boolean[] in) {
    int count = 0;
    for (var each : in) {
      count += each ? 1 : 0;
    }
    return count;
  }

  /// Puts together two sets bit by bit; what comes of it is whether any CPU is left.
  private static long combine(Run run, long to, long a, long b, LongBinaryOperator operation) {
    var one = get(run, a);
    var other = get(run, b);
    var any = false;
    for (int i = 0; i < one.length; i++) {
      one[i] = operation.applyAsLong(one[i] ? 1 : 0, other[i] ? 1 : 0) != 0;
      any |= one[i];
    }
    put(run, to, one);
    return any ? 1 : 0;
  }

  private static long populate(Run run, long mask, long from, long size, long d, long e) {
    var least = (cpus(run) + 63) / 64 * 8;
    if ((size & 0xffff_ffffL) < least) {
      return -Errno.EACCES;
    }
    run.memory().write(mask, run.memory().read(from, least));
    return 0;
  }

  private static Owned owned(Memory memory, long mask) {
    if (memory.find(mask) instanceof Owned found) {
      return found;
    }
    throw new MemoryFault(mask, "no set of CPUs that a program made, or one that is gone");
  }

  private static long acquire(Run run, long mask) {
    var found = owned(run.memory(), mask);
    synchronized (found) {
      found.references++;
    }
    return mask;
  }

  /// Whether there is a set at an address that a program made.
  static boolean isAt(Memory memory, long mask) {
    return memory.find(mask) instanceof Owned;
  }

  /// Gives a reference back.
  static void release(Memory memory, long mask) {
    var found = owned(memory, mask);
    synchronized (found) {
      found.references--;
      if (found.references == 0) {
        memory.remove(found);
      }
    }
  }
}
