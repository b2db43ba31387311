package org.ebpf4j.program.compile;

import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.program.internal.front.MapInfo;
import org.ebpf4j.program.internal.front.StructTypes;

/// Maps of programs as the loader takes them.
final class MapBuilder {
  /// `BPF_F_NO_PREALLOC`, which storages of sockets and tasks must have.
  private static final int NO_PREALLOC = 1;

  private static final int DEEPEST_STACK = 127;

  private final StructTypes types;

  MapBuilder(StructTypes types) {
    this.types = types;
  }

  MapSpec build(MapInfo map) {
    var builder =
        MapSpec.builder(map.name(), map.type())
            .maxEntries(map.declared().maxEntries())
            .flags(map.declared().flags())
            .pinByName(map.declared().isPinnedByName());
    switch (map.type()) {
      case HASH,
          PERCPU_HASH,
          LRU_HASH,
          LRU_PERCPU_HASH,
          LPM_TRIE,
          HASH_OF_MAPS,
          DEVMAP_HASH,
          SOCKHASH ->
          key(builder, map, map.key().orElse(Integer.class));
      case RINGBUF, USER_RINGBUF, QUEUE, STACK, BLOOM_FILTER, STRUCT_OPS, ARENA, UNSPEC -> {
        // No key.
      }
      case ARRAY,
          PROG_ARRAY,
          PERF_EVENT_ARRAY,
          PERCPU_ARRAY,
          STACK_TRACE,
          CGROUP_ARRAY,
          ARRAY_OF_MAPS,
          DEVMAP,
          SOCKMAP,
          CPUMAP,
          XSKMAP,
          CGROUP_STORAGE,
          REUSEPORT_SOCKARRAY,
          PERCPU_CGROUP_STORAGE,
          SK_STORAGE,
          INODE_STORAGE,
          TASK_STORAGE,
          CGRP_STORAGE,
          INSN_ARRAY ->
          key(builder, map, Integer.class);
    }
    value(builder, map);
    map.inner().ifPresent(inner -> builder.inner(build(inner)));
    return builder.build();
  }

  private void key(MapSpec.Builder builder, MapInfo map, Class<?> type) {
    builder.keySize(types.size(type));
    if (hasTypes(map.type())) {
      builder.keyType(types.of(type));
    }
  }

  private static boolean hasTypes(MapType type) {
    return switch (type) {
      case HASH,
          ARRAY,
          PERCPU_HASH,
          PERCPU_ARRAY,
          LRU_HASH,
          LRU_PERCPU_HASH,
          LPM_TRIE,
          SK_STORAGE,
          INODE_STORAGE,
          TASK_STORAGE,
          CGRP_STORAGE ->
          true;
      case UNSPEC,
          PROG_ARRAY,
          PERF_EVENT_ARRAY,
          STACK_TRACE,
          CGROUP_ARRAY,
          ARRAY_OF_MAPS,
          HASH_OF_MAPS,
          DEVMAP,
          SOCKMAP,
          CPUMAP,
          XSKMAP,
          SOCKHASH,
          CGROUP_STORAGE,
          REUSEPORT_SOCKARRAY,
          PERCPU_CGROUP_STORAGE,
          QUEUE,
          STACK,
          DEVMAP_HASH,
          STRUCT_OPS,
          RINGBUF,
          BLOOM_FILTER,
          USER_RINGBUF,
          ARENA,
          INSN_ARRAY ->
          false;
    };
  }

  private void value(MapSpec.Builder builder, MapInfo map) {
    switch (map.type()) {
      case STACK_TRACE -> builder.valueSize(8 * DEEPEST_STACK);
      case PROG_ARRAY,
          PERF_EVENT_ARRAY,
          CGROUP_ARRAY,
          ARRAY_OF_MAPS,
          HASH_OF_MAPS,
          DEVMAP,
          DEVMAP_HASH,
          SOCKMAP,
          SOCKHASH,
          CPUMAP,
          XSKMAP,
          REUSEPORT_SOCKARRAY ->
          builder.valueSize(4);
      case RINGBUF, USER_RINGBUF ->
          map.value().ifPresent(value -> builder.valueType(types.of(value)));
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> {
        builder.flags(map.declared().flags() | NO_PREALLOC);
        plain(builder, map);
      }
      case UNSPEC,
          HASH,
          ARRAY,
          PERCPU_HASH,
          PERCPU_ARRAY,
          LRU_HASH,
          LRU_PERCPU_HASH,
          LPM_TRIE,
          CGROUP_STORAGE,
          PERCPU_CGROUP_STORAGE,
          QUEUE,
          STACK,
          STRUCT_OPS,
          BLOOM_FILTER,
          ARENA,
          INSN_ARRAY ->
          plain(builder, map);
    }
  }

  private void plain(MapSpec.Builder builder, MapInfo map) {
    map.value()
        .ifPresent(value -> {
          builder.valueSize(types.size(value));
          if (hasTypes(map.type())) {
            builder.valueType(types.of(value));
          }
        });
  }
}
