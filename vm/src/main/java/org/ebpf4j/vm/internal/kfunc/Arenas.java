package org.ebpf4j.vm.internal.kfunc;

import java.util.Map;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.ArenaContent;
import org.ebpf4j.vm.internal.map.Store;

/// The pages of arenas.
final class Arenas {
  private static final long U32 = 0xffff_ffffL;

  private Arenas() {}

  static void addTo(Map<String, Helper> all) {
    for (var name : new String[] {"arena_alloc_pages", "arena_alloc_pages_non_sleepable"}) {
      all.put(
          name,
          (run, map, address, pages, node, flags) ->
              flags == 0 ? arena(run, map).allocate(address, pages & U32) : 0);
    }
    for (var name : new String[] {"arena_free_pages", "arena_free_pages_non_sleepable"}) {
      all.put(
          name,
          (run, map, address, pages, d, e) -> {
            arena(run, map).free(address, pages & U32);
            return 0;
          });
    }
    all.put(
        "arena_reserve_pages",
        (run, map, address, pages, d, e) -> -arena(run, map).reserve(address, pages & U32));
  }

  private static ArenaContent arena(Run run, long map) {
    if (Store.at(run.memory(), map).content() instanceof ArenaContent arena) {
      return arena;
    }
    throw new MemoryFault(map, "no arena");
  }
}
