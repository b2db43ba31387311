package org.ebpf4j.object;

import java.util.Locale;
import java.util.Optional;

/// The types of maps (`enum bpf_map_type` in `include/uapi/linux/bpf.h`), in the order of their
/// numbers.
public enum MapType {
  UNSPEC(0),
  HASH(1),
  ARRAY(2),
  PROG_ARRAY(3),
  PERF_EVENT_ARRAY(4),
  PERCPU_HASH(5),
  PERCPU_ARRAY(6),
  STACK_TRACE(7),
  CGROUP_ARRAY(8),
  LRU_HASH(9),
  LRU_PERCPU_HASH(10),
  LPM_TRIE(11),
  ARRAY_OF_MAPS(12),
  HASH_OF_MAPS(13),
  DEVMAP(14),
  SOCKMAP(15),
  CPUMAP(16),
  XSKMAP(17),
  SOCKHASH(18),
  CGROUP_STORAGE(19),
  REUSEPORT_SOCKARRAY(20),
  PERCPU_CGROUP_STORAGE(21),
  QUEUE(22),
  STACK(23),
  SK_STORAGE(24),
  DEVMAP_HASH(25),
  STRUCT_OPS(26),
  RINGBUF(27),
  INODE_STORAGE(28),
  TASK_STORAGE(29),
  BLOOM_FILTER(30),
  USER_RINGBUF(31),
  CGRP_STORAGE(32),
  ARENA(33),
  INSN_ARRAY(34);

  private final int number;

  MapType(int number) {
    this.number = number;
  }

  /// The number that the kernel knows it by.
  public int number() {
    return number;
  }

  /// The name in lower case, as people and `bpftool` write it: `percpu_array`.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The type with that number; empty for one that a newer kernel has and this library does not
  /// know.
  public static Optional<MapType> of(int number) {
    for (var type : values()) {
      if (type.number == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /// The label of the type with that number, or `type N`.
  public static String label(int number) {
    return of(number).map(MapType::label).orElse("type " + number);
  }
}
