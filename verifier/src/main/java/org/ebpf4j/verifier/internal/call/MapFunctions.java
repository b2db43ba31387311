package org.ebpf4j.verifier.internal.call;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.object.MapType;

/// Which functions take which types of maps (`check_map_func_compatibility` in
/// `kernel/bpf/verifier.c`).
final class MapFunctions {
  /// Types of maps that only some functions take.
  private static final Map<MapType, Set<String>> BY_MAP = new EnumMap<>(MapType.class);

  /// Functions that only take some types of maps.
  private static final Map<String, Set<MapType>> BY_FUNCTION =
      Map.ofEntries(
          Map.entry("tail_call", Set.of(MapType.PROG_ARRAY)),
          Map.entry("perf_event_read", Set.of(MapType.PERF_EVENT_ARRAY)),
          Map.entry("perf_event_output", Set.of(MapType.PERF_EVENT_ARRAY)),
          Map.entry("perf_event_read_value", Set.of(MapType.PERF_EVENT_ARRAY)),
          Map.entry("skb_output", Set.of(MapType.PERF_EVENT_ARRAY)),
          Map.entry("xdp_output", Set.of(MapType.PERF_EVENT_ARRAY)),
          Map.entry("ringbuf_output", Set.of(MapType.RINGBUF)),
          Map.entry("ringbuf_reserve", Set.of(MapType.RINGBUF)),
          Map.entry("ringbuf_query", Set.of(MapType.RINGBUF)),
          Map.entry("ringbuf_reserve_dynptr", Set.of(MapType.RINGBUF)),
          Map.entry("ringbuf_submit_dynptr", Set.of(MapType.RINGBUF)),
          Map.entry("ringbuf_discard_dynptr", Set.of(MapType.RINGBUF)),
          Map.entry("user_ringbuf_drain", Set.of(MapType.USER_RINGBUF)),
          Map.entry("get_stackid", Set.of(MapType.STACK_TRACE)),
          Map.entry("current_task_under_cgroup", Set.of(MapType.CGROUP_ARRAY)),
          Map.entry("skb_under_cgroup", Set.of(MapType.CGROUP_ARRAY)),
          Map.entry(
              "redirect_map",
              Set.of(MapType.DEVMAP, MapType.DEVMAP_HASH, MapType.CPUMAP, MapType.XSKMAP)),
          Map.entry("sk_redirect_map", Set.of(MapType.SOCKMAP)),
          Map.entry("msg_redirect_map", Set.of(MapType.SOCKMAP)),
          Map.entry("sock_map_update", Set.of(MapType.SOCKMAP)),
          Map.entry("sk_redirect_hash", Set.of(MapType.SOCKHASH)),
          Map.entry("msg_redirect_hash", Set.of(MapType.SOCKHASH)),
          Map.entry("sock_hash_update", Set.of(MapType.SOCKHASH)),
          Map.entry(
              "get_local_storage", Set.of(MapType.CGROUP_STORAGE, MapType.PERCPU_CGROUP_STORAGE)),
          Map.entry(
              "sk_select_reuseport",
              Set.of(MapType.REUSEPORT_SOCKARRAY, MapType.SOCKMAP, MapType.SOCKHASH)),
          Map.entry("map_pop_elem", Set.of(MapType.QUEUE, MapType.STACK)),
          Map.entry("map_peek_elem", Set.of(MapType.QUEUE, MapType.STACK, MapType.BLOOM_FILTER)),
          Map.entry("map_push_elem", Set.of(MapType.QUEUE, MapType.STACK, MapType.BLOOM_FILTER)),
          Map.entry(
              "map_lookup_percpu_elem",
              Set.of(MapType.PERCPU_ARRAY, MapType.PERCPU_HASH, MapType.LRU_PERCPU_HASH)),
          Map.entry("sk_storage_get", Set.of(MapType.SK_STORAGE)),
          Map.entry("sk_storage_delete", Set.of(MapType.SK_STORAGE)),
          Map.entry("inode_storage_get", Set.of(MapType.INODE_STORAGE)),
          Map.entry("inode_storage_delete", Set.of(MapType.INODE_STORAGE)),
          Map.entry("task_storage_get", Set.of(MapType.TASK_STORAGE)),
          Map.entry("task_storage_delete", Set.of(MapType.TASK_STORAGE)),
          Map.entry("cgrp_storage_get", Set.of(MapType.CGRP_STORAGE)),
          Map.entry("cgrp_storage_delete", Set.of(MapType.CGRP_STORAGE)));

  static {
    for (var entry : BY_FUNCTION.entrySet()) {
      for (var type : entry.getValue()) {
        BY_MAP.computeIfAbsent(type, _ -> new java.util.HashSet<>()).add(entry.getKey());
      }
    }
    // These are also taken by functions that take maps of any type.
    for (var type : Set.of(MapType.PERCPU_ARRAY, MapType.PERCPU_HASH, MapType.LRU_PERCPU_HASH)) {
      BY_MAP.remove(type);
    }
    for (var type : Set.of(MapType.DEVMAP, MapType.DEVMAP_HASH, MapType.XSKMAP)) {
      add(type, "map_lookup_elem");
    }
    for (var type : Set.of(MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS)) {
      BY_MAP.put(type, new java.util.HashSet<>(Set.of("map_lookup_elem")));
    }
    for (var type : Set.of(MapType.SOCKMAP, MapType.SOCKHASH)) {
      add(type, "map_lookup_elem");
    }
    for (var type :
        Set.of(
            MapType.SK_STORAGE,
            MapType.INODE_STORAGE,
            MapType.TASK_STORAGE,
            MapType.CGRP_STORAGE)) {
      add(type, "kptr_xchg");
    }
  }

  private MapFunctions() {}

  private static void add(MapType type, String function) {
    BY_MAP.computeIfAbsent(type, _ -> new java.util.HashSet<>()).add(function);
  }

  /// Whether a function takes a map of a type.
  ///
  /// @param function its name without `bpf_`
  /// @param type the number of the type; of one that is not known nothing takes it
  /// @param updatesSockets whether the program may change maps of sockets
  static boolean takes(String function, int type, boolean updatesSockets) {
    var known = MapType.of(type);
    if (known.isEmpty()) {
      return false;
    }
    var map = known.get();
    if (map == MapType.INSN_ARRAY || map == MapType.STRUCT_OPS) {
      return false;
    }
    var functions = BY_MAP.get(map);
    var sockets = map == MapType.SOCKMAP || map == MapType.SOCKHASH;
    if (functions != null && !functions.contains(function)) {
      return sockets && updatesSockets && isUpdate(function);
    }
    var maps = BY_FUNCTION.get(function);
    return maps == null || maps.contains(map);
  }

  private static boolean isUpdate(String function) {
    return function.equals("map_update_elem") || function.equals("map_delete_elem");
  }
}
