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

  /// The kernel release that has maps of this type first.
  public String since() {
    return switch (this) {
      case UNSPEC, HASH, ARRAY -> "3.19";
      case PROG_ARRAY -> "4.2";
      case PERF_EVENT_ARRAY -> "4.3";
      case PERCPU_HASH, PERCPU_ARRAY, STACK_TRACE -> "4.6";
      case CGROUP_ARRAY -> "4.8";
      case LRU_HASH, LRU_PERCPU_HASH -> "4.10";
      case LPM_TRIE -> "4.11";
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> "4.12";
      case DEVMAP, SOCKMAP -> "4.14";
      case CPUMAP -> "4.15";
      case XSKMAP, SOCKHASH -> "4.18";
      case CGROUP_STORAGE, REUSEPORT_SOCKARRAY -> "4.19";
      case PERCPU_CGROUP_STORAGE, QUEUE, STACK -> "4.20";
      case SK_STORAGE -> "5.2";
      case DEVMAP_HASH -> "5.4";
      case STRUCT_OPS -> "5.6";
      case RINGBUF -> "5.8";
      case INODE_STORAGE -> "5.10";
      case TASK_STORAGE -> "5.11";
      case BLOOM_FILTER -> "5.16";
      case USER_RINGBUF -> "6.1";
      case CGRP_STORAGE -> "6.2";
      case ARENA -> "6.9";
      case INSN_ARRAY -> "6.19";
    };
  }
}
