package org.ebpf4j.cli.top;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.object.MapType;

/// How full a map is.
///
/// @param map the map
/// @param entries how many entries were counted; empty for a map whose entries cannot be counted
/// @param more whether there are more than were counted
record MapFill(MapInfo map, OptionalLong entries, boolean more) {
  /// How many entries of a map are counted at most.
  static final long MOST = 50_000;

  /// How long all maps together are counted at each look; a map that is not reached has no count.
  static final Duration BUDGET = Duration.ofMillis(100);

  static MapFill unknown(MapInfo map) {
    return new MapFill(map, OptionalLong.empty(), false);
  }

  /// Counts the entries of maps, as far as [#MOST] and [#BUDGET] allow. A map that went away
  /// meanwhile, or that may not be read, has no count.
  ///
  /// @param before what was counted at the last look, by id: that of a map that is not reached
  static List<MapFill> count(LinuxKernel kernel, List<MapInfo> maps, Map<Integer, MapFill> before) {
    var end = System.nanoTime() + BUDGET.toNanos();
    var fills = new ArrayList<MapFill>();
    for (var map : maps) {
      fills.add(
          !isCountable(map)
              ? unknown(map)
              : System.nanoTime() - end >= 0
                  ? before.getOrDefault(map.id(), unknown(map))
                  : count(kernel, map, end));
    }
    return fills;
  }

  private static MapFill count(LinuxKernel kernel, MapInfo info, long end) {
    try (var map = kernel.openMap(info.id());
        var cursor = map.entries().cursor()) {
      long entries = 0;
      while (cursor.next()) {
        entries++;
        if (entries == MOST || (entries % 256 == 0 && System.nanoTime() - end >= 0)) {
          return new MapFill(info, OptionalLong.of(entries), entries < info.maxEntries());
        }
      }
      return new MapFill(info, OptionalLong.of(entries), false);
    } catch (NotFoundException | KernelException _) {
      return unknown(info);
    }
  }

  /// Arrays always have all their entries; of queues and rings they cannot be seen.
  private static boolean isCountable(MapInfo map) {
    return switch (map.mapType().orElse(MapType.UNSPEC)) {
      case HASH,
          PERCPU_HASH,
          LRU_HASH,
          LRU_PERCPU_HASH,
          LPM_TRIE,
          HASH_OF_MAPS,
          DEVMAP_HASH,
          SOCKHASH ->
          true;
      default -> false;
    };
  }

  /// Percent of the entries that it can hold; of those that were counted, where there are more.
  double percent() {
    return map.maxEntries() == 0 ? 0 : 100.0 * entries.orElse(0) / map.maxEntries();
  }
}
