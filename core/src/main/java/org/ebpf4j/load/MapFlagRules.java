package org.ebpf4j.load;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;

/// The rules of the kernel for the flags of maps.
final class MapFlagRules {
  /// What is told of a rule.
  @FunctionalInterface
  interface Requirement {
    /// Whether it is kept, what it is where it is broken, and what mends it.
    void that(boolean kept, String rule, String mend);
  }

  static final int NO_PREALLOC = 1;
  private static final int ACCESS = 0x8 | 0x10 | 0x80 | 0x100;
  private static final int SYSCALL_ACCESS = 0x8 | 0x10;
  private static final int NUMA = MapSpec.NUMA_NODE;
  private static final int ZERO_SEED = 0x40;

  private static final List<String> FLAGS =
      List.of(
          "NO_PREALLOC",
          "NO_COMMON_LRU",
          "NUMA_NODE",
          "RDONLY",
          "WRONLY",
          "STACK_BUILD_ID",
          "ZERO_SEED",
          "RDONLY_PROG",
          "WRONLY_PROG",
          "CLONE",
          "MMAPABLE",
          "PRESERVE_ELEMS",
          "INNER_MAP",
          "LINK",
          "PATH_FD",
          "VTYPE_BTF_OBJ_FD",
          "TOKEN_FD",
          "SEGV_ON_FAULT",
          "NO_USER_CONV",
          "RB_OVERWRITE");

  private MapFlagRules() {}

  /// Tells `require` of each rule: whether it is kept, what it is, and what mends it.
  static void check(WantedMap map, MapType type, Requirement require) {
    switch (type) {
      case LPM_TRIE ->
          require.that(
              (map.flags() & NO_PREALLOC) != 0,
              "an lpm_trie is never allocated ahead",
              "give it the flag: __uint(map_flags, BPF_F_NO_PREALLOC)");
      case ARENA ->
          require.that(
              (map.flags() & MapSpec.MMAPABLE) != 0,
              "an arena is shared with processes",
              "give it the flag: __uint(map_flags, BPF_F_MMAPABLE)");
      case LRU_HASH, LRU_PERCPU_HASH ->
          require.that(
              (map.flags() & NO_PREALLOC) == 0,
              "an LRU map is always allocated ahead",
              "take the flag BPF_F_NO_PREALLOC away");
      default -> {
        // No flag is a must, and none that the type knows is forbidden.
      }
    }
    for (var both : List.of(0x8 | 0x10, 0x80 | 0x100)) {
      require.that(
          (map.flags() & both) != both,
          "it has the flags " + names(both) + ", of which a map has one at most",
          "leave one of them out, or both");
    }
    var other = map.flags() & ~known(type);
    if (other != 0) {
      require.that(
          false, MapRules.a(type) + " does not know the flags " + names(other), "take them away");
    }
  }

  private static int known(MapType type) {
    return switch (type) {
      case ARRAY -> NUMA | MapSpec.MMAPABLE | ACCESS | 0x1000;
      case PERCPU_ARRAY, REUSEPORT_SOCKARRAY, QUEUE, STACK, CGROUP_STORAGE, PERCPU_CGROUP_STORAGE ->
          NUMA | ACCESS;
      case PROG_ARRAY, CGROUP_ARRAY, ARRAY_OF_MAPS, DEVMAP, DEVMAP_HASH, SOCKMAP, SOCKHASH ->
          NUMA | ACCESS;
      case PERF_EVENT_ARRAY -> NUMA | SYSCALL_ACCESS | 0x800;
      case HASH, PERCPU_HASH, HASH_OF_MAPS -> NO_PREALLOC | NUMA | ACCESS | ZERO_SEED;
      case LRU_HASH, LRU_PERCPU_HASH -> 2 | NO_PREALLOC | NUMA | ACCESS | ZERO_SEED;
      case LPM_TRIE -> NO_PREALLOC | NUMA | ACCESS;
      case STACK_TRACE -> NUMA | SYSCALL_ACCESS | 0x20;
      case BLOOM_FILTER -> NUMA | ZERO_SEED | ACCESS;
      case RINGBUF -> NUMA | 0x80000;
      case CPUMAP, XSKMAP, USER_RINGBUF -> NUMA;
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> NO_PREALLOC | 0x200;
      case ARENA -> MapSpec.MMAPABLE | 0x20000 | 0x40000;
      case UNSPEC, STRUCT_OPS, INSN_ARRAY -> -1;
    };
  }

  private static String names(int flags) {
    var names = new ArrayList<String>();
    for (int bit = 0; bit < Integer.SIZE; bit++) {
      if ((flags >>> bit & 1) != 0) {
        names.add(
            bit < FLAGS.size() ? "BPF_F_" + FLAGS.get(bit) : "0x" + Integer.toHexString(1 << bit));
      }
    }
    return String.join(", ", names);
  }
}
