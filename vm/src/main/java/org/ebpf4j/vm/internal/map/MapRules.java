package org.ebpf4j.vm.internal.map;

import static org.ebpf4j.vm.internal.map.MapFlags.*;

import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;

/// What the kernel takes of sizes and flags for a map of each type: the `map_alloc_check` of each
/// in `kernel/bpf` of Linux, with the same error numbers.
final class MapRules {
  /// The biggest piece of memory that the kernel allocates at once (`KMALLOC_MAX_SIZE`).
  private static final long BIGGEST_PIECE = 4L << 20;

  /// The biggest value of one CPU (`PCPU_MIN_UNIT_SIZE`).
  private static final int BIGGEST_PER_CPU = 32 << 10;

  /// The biggest value of a storage: 16 bits, and what is before it.
  private static final int BIGGEST_STORED = 0xffff - 64;

  private static final int HASH_ENTRY = 48;
  private static final int FRAMES = 127;
  private static final int BUILD_ID = 32;
  private static final int TRIE_KEY = 5;
  private static final int LONGEST_TRIE_KEY = 260;
  private static final int STACK = 512;
  private static final int MOST_CPUS = 8192;
  private static final int PAGE = 4096;

  private final MapSpec spec;
  private final MapType type;
  private final int flags;
  private final long entries;

  private MapRules(MapSpec spec, MapType type) {
    this.spec = spec;
    this.type = type;
    this.flags = spec.flags();
    this.entries = spec.maxEntries();
  }

  /// Refuses what the kernel does not take.
  ///
  /// @throws KernelException with the kernel's error number; says which rule
  static void check(MapSpec spec, MapType type) {
    new MapRules(spec, type).check();
  }

  private void check() {
    refuse(entries < 0 || entries >>> Integer.SIZE != 0, "the number of entries has 32 bits");
    refuse(
        spec.extra() != 0 && type != MapType.BLOOM_FILTER && type != MapType.ARENA,
        "its type has no map_extra");
    refuse(has(RDONLY | WRONLY), "nobody may read or write it");
    refuse((flags & NUMA_NODE) != 0 && spec.numaNode() != 0, "there is one NUMA node, node 0");
    switch (type) {
      case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH -> hash();
      case HASH_OF_MAPS -> {
        refuse(spec.valueSize() != 4, "values are numbers of 4 bytes");
        hash();
      }
      case ARRAY, PERCPU_ARRAY -> array();
      case PROG_ARRAY, PERF_EVENT_ARRAY, CGROUP_ARRAY, ARRAY_OF_MAPS -> {
        refuse(spec.valueSize() != 4, "values are numbers of 4 bytes");
        refuse((flags & (RDONLY_PROG | WRONLY_PROG)) != 0, "programs use it in one way only");
        array();
      }
      case REUSEPORT_SOCKARRAY -> {
        numberOrTwo();
        array();
      }
      case LPM_TRIE -> trie();
      case STACK_TRACE -> stacks();
      case QUEUE, STACK -> queue();
      case BLOOM_FILTER -> filter();
      case RINGBUF, USER_RINGBUF -> ring();
      case SK_STORAGE, TASK_STORAGE, INODE_STORAGE, CGRP_STORAGE -> storage();
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> cgroupStorage();
      case DEVMAP, DEVMAP_HASH -> devices();
      case CPUMAP -> cpus();
      case XSKMAP -> {
        indexed();
        refuse(spec.valueSize() != 4, "values are numbers of 4 bytes");
        onlyFlags(NUMA_NODE | RDONLY | WRONLY);
      }
      case SOCKMAP -> {
        indexed();
        numberOrTwo();
        onlyFlags(NUMA_NODE | RDONLY | WRONLY);
      }
      case SOCKHASH -> {
        hasEntries();
        refuse(spec.keySize() == 0, "it has keys");
        numberOrTwo();
        onlyFlags(NUMA_NODE | RDONLY | WRONLY);
        refuseAs(Errno.E2BIG, spec.keySize() > STACK, "keys have at most 512 bytes");
      }
      case STRUCT_OPS -> {
        refuse(spec.keySize() != 4 || entries != 1, "it has one entry, at index 0");
        refuse(spec.valueSize() <= 0, "it has a value");
        onlyFlags(MapSpec.LINK);
      }
      case ARENA -> arena();
      case UNSPEC -> refuse(true, "there is no such type");
      case INSN_ARRAY ->
          throw new UnsupportedFeatureException(
              spec.typeLabel(),
              null,
              "map '"
                  + spec.name()
                  + "': the virtual kernel has no maps of type "
                  + spec.typeLabel());
    }
  }

  private boolean has(int all) {
    return (flags & all) == all;
  }

  private void refuse(boolean when, String why) {
    refuseAs(Errno.EINVAL, when, why);
  }

  private void refuseAs(int errno, boolean when, String why) {
    if (when) {
      throw refusal(spec, errno, why);
    }
  }

  /// That a map cannot be made.
  static KernelException refusal(MapSpec spec, int errno, String why) {
    return new KernelException(
        "MAP_CREATE",
        errno,
        "map '"
            + spec.name()
            + "' ("
            + spec.typeLabel()
            + "): MAP_CREATE: "
            + Errno.describe(errno)
            + ": "
            + why);
  }

  private void onlyFlags(int known) {
    refuse(
        (flags & ~known) != 0,
        "its type does not take the flags 0x" + Integer.toHexString(flags & ~known));
    refuse(has(RDONLY_PROG | WRONLY_PROG), "no program may read or write it");
  }

  private void hasEntries() {
    refuse(entries == 0, "it has no entries (max_entries is 0)");
  }

  private void indexed() {
    hasEntries();
    refuse(spec.keySize() != 4, "keys are indices of 4 bytes");
  }

  private void numberOrTwo() {
    refuse(spec.valueSize() != 4 && spec.valueSize() != 8, "values have 4 or 8 bytes");
  }

  private void perCpuValue() {
    refuseAs(
        Errno.E2BIG,
        Values.stride(spec.valueSize()) > BIGGEST_PER_CPU,
        "the value of a CPU has at most " + BIGGEST_PER_CPU + " bytes");
  }

  private void hash() {
    var lru = type == MapType.LRU_HASH || type == MapType.LRU_PERCPU_HASH;
    var perCpu = type == MapType.PERCPU_HASH || type == MapType.LRU_PERCPU_HASH;
    onlyFlags(NO_PREALLOC | NO_COMMON_LRU | NUMA_NODE | ACCESS | ZERO_SEED);
    refuse(!lru && has(NO_COMMON_LRU), "only LRU maps have lists for each CPU");
    refuseAs(Errno.ENOTSUPP, lru && has(NO_PREALLOC), "LRU maps are allocated in advance");
    refuse(has(NUMA_NODE) && (perCpu || has(NO_COMMON_LRU)), "values for each CPU are on its node");
    hasEntries();
    refuse(spec.keySize() == 0, "it has keys");
    refuse(spec.valueSize() == 0, "it has values");
    refuseAs(
        Errno.E2BIG,
        Integer.toUnsignedLong(spec.keySize()) + Integer.toUnsignedLong(spec.valueSize())
            >= BIGGEST_PIECE - HASH_ENTRY,
        "key and value have less than 4 MB");
    if (perCpu) {
      perCpuValue();
    }
    refuseAs(Errno.E2BIG, entries > 1L << 31, "there are at most 2^31 entries");
  }

  private void array() {
    indexed();
    refuse(spec.valueSize() == 0, "it has values");
    onlyFlags(NUMA_NODE | MMAPABLE | ACCESS | PRESERVE_ELEMS | INNER_MAP);
    refuse(type == MapType.PERCPU_ARRAY && has(NUMA_NODE), "values for each CPU are on its node");
    refuse(
        type != MapType.ARRAY && (flags & (MMAPABLE | INNER_MAP)) != 0,
        "only plain arrays are mapped, or are of any length inside other maps");
    refuse(
        type != MapType.PERF_EVENT_ARRAY && has(PRESERVE_ELEMS),
        "only arrays of perf events keep their elements");
    refuseAs(Errno.E2BIG, spec.valueSize() < 0, "values have less than 2 GB");
    if (type == MapType.PERCPU_ARRAY) {
      perCpuValue();
    }
  }

  private void trie() {
    hasEntries();
    refuse(!has(NO_PREALLOC), "tries are not allocated in advance (BPF_F_NO_PREALLOC)");
    onlyFlags(NO_PREALLOC | NUMA_NODE | ACCESS);
    refuse(
        spec.keySize() < TRIE_KEY || spec.keySize() > LONGEST_TRIE_KEY,
        "keys have 4 bytes for the length of the prefix, and 1 to 256 for its bits");
    refuse(
        spec.valueSize() < 1 || spec.valueSize() > BIGGEST_PIECE - LONGEST_TRIE_KEY - HASH_ENTRY,
        "values have 1 byte to 4 MB");
  }

  private void stacks() {
    onlyFlags(NUMA_NODE | RDONLY | WRONLY | STACK_BUILD_ID);
    indexed();
    var frame = has(STACK_BUILD_ID) ? BUILD_ID : Long.BYTES;
    refuse(
        spec.valueSize() < Long.BYTES
            || spec.valueSize() % frame != 0
            || spec.valueSize() / frame > FRAMES,
        "values are 1 to " + FRAMES + " frames of " + frame + " bytes");
    refuseAs(Errno.E2BIG, entries > 1L << 31, "there are at most 2^31 entries");
  }

  private void queue() {
    hasEntries();
    refuse(spec.keySize() != 0, "it has no keys");
    refuse(spec.valueSize() == 0, "it has values");
    onlyFlags(NUMA_NODE | ACCESS);
    refuseAs(
        Errno.E2BIG,
        Integer.toUnsignedLong(spec.valueSize()) > BIGGEST_PIECE,
        "values have at most 4 MB");
  }

  private void filter() {
    hasEntries();
    refuse(spec.keySize() != 0, "it has no keys");
    refuse(spec.valueSize() == 0, "it has values");
    onlyFlags(NUMA_NODE | ZERO_SEED | ACCESS);
    refuse((spec.extra() & ~0xfL) != 0, "map_extra is the number of hash functions, up to 15");
  }

  private void ring() {
    onlyFlags(NUMA_NODE);
    refuse(spec.keySize() != 0 || spec.valueSize() != 0, "it has neither keys nor values");
    refuse(
        Long.bitCount(entries) != 1 || entries % PAGE != 0,
        "its size is a power of two, of whole pages");
  }

  private void storage() {
    onlyFlags(NO_PREALLOC | CLONE);
    refuse(!has(NO_PREALLOC), "values are not allocated in advance (BPF_F_NO_PREALLOC)");
    refuse(entries != 0, "it has no number of entries");
    refuse(spec.keySize() != 4, "keys are numbers of what values hang on, of 4 bytes");
    refuse(spec.valueSize() == 0, "it has values");
    refuse(
        spec.keyType() == 0 || spec.valueType() == 0, "keys and values have types (in its object)");
    refuseAs(
        Errno.E2BIG,
        spec.valueSize() < 0 || spec.valueSize() > BIGGEST_STORED,
        "values have at most " + BIGGEST_STORED + " bytes");
  }

  private void arena() {
    refuse(spec.keySize() != 0 || spec.valueSize() != 0, "it has neither keys nor values");
    hasEntries();
    refuse(!has(MMAPABLE), "it is mapped (BPF_F_MMAPABLE)");
    onlyFlags(MMAPABLE | SEGV_ON_FAULT | NO_USER_CONV);
    refuse(spec.extra() % PAGE != 0, "map_extra is the address of a page");
    refuseAs(Errno.E2BIG, entries * PAGE > 1L << Integer.SIZE, "it has at most 4 GB");
  }

  private void cgroupStorage() {
    refuse(
        spec.keySize() != 8 && spec.keySize() != 16,
        "keys are the id of a cgroup, and the type of attachment");
    refuse(spec.valueSize() == 0, "it has values");
    var most = type == MapType.PERCPU_CGROUP_STORAGE ? BIGGEST_PER_CPU : BIGGEST_STORED;
    refuseAs(
        Errno.E2BIG,
        spec.valueSize() < 0 || spec.valueSize() > most,
        "values have at most " + most + " bytes");
    onlyFlags(NUMA_NODE | ACCESS);
    refuse(entries != 0, "it has no number of entries");
  }

  private void devices() {
    indexed();
    numberOrTwo();
    onlyFlags(NUMA_NODE | RDONLY | WRONLY);
    refuse(type == MapType.DEVMAP_HASH && entries > 1L << 31, "there are at most 2^31 entries");
  }

  private void cpus() {
    indexed();
    numberOrTwo();
    onlyFlags(NUMA_NODE);
    refuseAs(Errno.E2BIG, entries > MOST_CPUS, "there are at most " + MOST_CPUS + " CPUs");
  }
}
