package org.ebpf4j.linux;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.object.MapType;

/// How a map is called: the bytes that go into and come out of the kernel.
///
/// @param valueSize the bytes of a value: of a per-CPU map, of those of all CPUs, each in multiples
///   of 8
/// @param cpus how many values an entry has in a per-CPU map, else 0
/// @param prompt whether calls on single elements take the kernel well under a microsecond, and it
///   never sleeps or waits for other CPUs in them: only such are worth more than the JVM's being
///   able to stop the thread in them
record MapShape(int keySize, int valueSize, int cpus, boolean prompt) {
  private static final Set<Integer> PROMPT =
      Stream.of(
              MapType.HASH,
              MapType.ARRAY,
              MapType.PERCPU_HASH,
              MapType.PERCPU_ARRAY,
              MapType.LRU_HASH,
              MapType.LRU_PERCPU_HASH)
          .map(MapType::number)
          .collect(Collectors.toUnmodifiableSet());

  private static final int MOST_PROMPT = 1024;

  /// The shape of the map that the kernel says that of.
  static MapShape of(MapInfo map) {
    var cpus = isPerCpu(map.type()) ? Cpus.possible() : 0;
    var valueSize =
        cpus > 0 ? Math.multiplyExact(Math.ceilDiv(map.valueSize(), 8) * 8, cpus) : map.valueSize();
    var prompt =
        PROMPT.contains(map.type())
            && map.device() == 0
            && map.keySize() + valueSize <= MOST_PROMPT;
    return new MapShape(map.keySize(), valueSize, cpus, prompt);
  }

  private static boolean isPerCpu(int type) {
    return type == MapType.PERCPU_HASH.number()
        || type == MapType.PERCPU_ARRAY.number()
        || type == MapType.LRU_PERCPU_HASH.number()
        || type == MapType.PERCPU_CGROUP_STORAGE.number();
  }
}
