package org.ebpf4j.map;

import java.util.Set;
import org.ebpf4j.object.MapType;

/// The bytes that go into and come out of a map.
///
/// @param type the number of its type, see [MapType]
/// @param keySize bytes in a key; 0 for maps without
/// @param elementSize bytes in a value, of one CPU for per-CPU maps
/// @param valueSize bytes that are exchanged for a value: of a per-CPU map, those of the values of
///   all CPUs, each in multiples of 8
/// @param cpus how many values an entry has in a per-CPU map, else 0
/// @param maxEntries how many entries it can hold
public record MapShape(
    int type, int keySize, int elementSize, int valueSize, int cpus, long maxEntries) {
  private static final Set<MapType> SLOTS =
      Set.of(
          MapType.PROG_ARRAY,
          MapType.PERF_EVENT_ARRAY,
          MapType.CGROUP_ARRAY,
          MapType.ARRAY_OF_MAPS,
          MapType.DEVMAP,
          MapType.CPUMAP,
          MapType.XSKMAP,
          MapType.SOCKMAP,
          MapType.REUSEPORT_SOCKARRAY);

  /// The shape of a map of a type.
  ///
  /// @param possibleCpus how many CPUs there could ever be in its kernel
  public static MapShape of(
      int type, int keySize, int valueSize, long maxEntries, int possibleCpus) {
    var cpus = isPerCpu(type) ? possibleCpus : 0;
    var exchanged = cpus > 0 ? Math.multiplyExact(Math.ceilDiv(valueSize, 8) * 8, cpus) : valueSize;
    return new MapShape(type, keySize, valueSize, exchanged, cpus, maxEntries);
  }

  /// Whether maps of that type have a value for each CPU.
  public static boolean isPerCpu(int type) {
    return type == MapType.PERCPU_HASH.number()
        || type == MapType.PERCPU_ARRAY.number()
        || type == MapType.LRU_PERCPU_HASH.number()
        || type == MapType.PERCPU_CGROUP_STORAGE.number();
  }

  /// Whether its keys are the numbers of slots, all of which are there from the start, and which
  /// may be empty.
  boolean hasSlots() {
    return MapType.of(type).filter(SLOTS::contains).isPresent();
  }
}
