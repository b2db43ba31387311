package org.ebpf4j.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;

/// The rules of the kernel for the maps that it makes: `map_alloc_check` of each type
/// (`kernel/bpf/*map*.c`, `ringbuf.c`, `*_storage.c`), which answers with an error number and no
/// words. Its functions are pure, and any thread may call them.
public final class MapRules {
  /// What a rule is about that a map breaks, and what mends it.
  ///
  /// @param broken the rule, as a sentence about the map
  /// @param mend what to do
  public record Broken(String broken, String mend) {}

  /// The largest allocation of the kernel's (`KMALLOC_MAX_SIZE`).
  private static final int ALLOCATION = 4 << 20;

  /// The largest per-CPU allocation (`PCPU_MIN_UNIT_SIZE`).
  private static final int PER_CPU = 32 << 10;

  /// The longest key of a map of sockets (`MAX_BPF_STACK`).
  private static final int SOCKET_KEY = 512;

  /// Types whose maps are in no other map (without `map_meta_equal`).
  private static final Set<MapType> NEVER_INSIDE =
      Set.of(
          MapType.PROG_ARRAY,
          MapType.CGROUP_STORAGE,
          MapType.PERCPU_CGROUP_STORAGE,
          MapType.STRUCT_OPS,
          MapType.ARRAY_OF_MAPS,
          MapType.HASH_OF_MAPS);

  private final WantedMap map;
  private final int cpus;
  private final int page;
  private final List<Broken> broken = new ArrayList<>();

  private MapRules(WantedMap map, int cpus, int page) {
    this.map = map;
    this.cpus = cpus;
    this.page = page;
  }

  /// The first rule that a map breaks, where it breaks one that is known.
  ///
  /// @param cpus how many CPUs the machine could have
  /// @param page the bytes in a page of its memory
  public static Optional<Broken> broken(WantedMap map, int cpus, int page) {
    var rules = new MapRules(map, cpus, page);
    MapType.of(map.type()).ifPresent(rules::check);
    return rules.broken.stream().findFirst();
  }

  private void require(boolean kept, String rule, String mend) {
    if (!kept) {
      broken.add(new Broken(rule, mend));
    }
  }

  private void check(MapType type) {
    inner(type);
    entries(type);
    key(type);
    value(type);
    MapFlagRules.check(map, type, this::require);
    numaNode();
  }

  private void inner(MapType type) {
    if (type == MapType.ARRAY_OF_MAPS || type == MapType.HASH_OF_MAPS) {
      map.innerType()
          .flatMap(MapType::of)
          .ifPresent(inner ->
              require(
                  !NEVER_INSIDE.contains(inner),
                  "it holds maps of type " + inner.label() + ", which cannot be inside others",
                  "let it hold maps of another type"));
      require(
          map.innerType().isPresent(),
          "it is a map of maps, and does not say what maps are inside",
          "declare one in C: __array(values, struct { __uint(type, …); … }); or give one in Java:"
              + " withMap(\""
              + map.name()
              + "\", m -> m.withInner(…))");
    }
  }

  private void entries(MapType type) {
    switch (type) {
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> {
        require(
            (map.flags() & MapFlagRules.NO_PREALLOC) != 0,
            "a storage is never allocated ahead",
            "give it the flag: __uint(map_flags, BPF_F_NO_PREALLOC)");
        noEntries();
      }
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> noEntries();
      case RINGBUF, USER_RINGBUF -> ringSize();
      case CPUMAP -> {
        someEntries();
        require(
            map.maxEntries() <= 8192 && (map.maxEntries() <= cpus || cpus <= 0),
            "it has "
                + map.maxEntries()
                + " entries, one for each CPU, and this machine has "
                + cpus,
            "give it at most as many: --map-entries " + map.name() + "=" + cpus);
      }
      case UNSPEC, STRUCT_OPS, PERF_EVENT_ARRAY -> {
        // A loader fills them in.
      }
      default -> {
        someEntries();
        require(
            map.maxEntries() <= 1L << 31,
            "it has " + map.maxEntries() + " entries, and 2147483648 are the most",
            "give it fewer: --map-entries " + map.name() + "=N");
      }
    }
  }

  /// After all else: whether the machine has that node is not known here.
  private void numaNode() {
    require(
        (map.flags() & MapSpec.NUMA_NODE) == 0 || map.numaNode() == 0,
        "it wants memory of NUMA node " + map.numaNode() + ", which this machine may not have",
        "name a node of /sys/devices/system/node/online, or leave numa_node out");
  }

  private void someEntries() {
    require(
        map.maxEntries() != 0,
        "it has no max_entries: its loader is to set it",
        "give it with --map-entries "
            + map.name()
            + "=N, in Java with withMap(\""
            + map.name()
            + "\", m -> m.withMaxEntries(N)), or in C with __uint(max_entries, N)");
  }

  private void noEntries() {
    require(
        map.maxEntries() == 0,
        "it has max_entries "
            + map.maxEntries()
            + ", and a storage has as many as there are owners",
        "leave max_entries out");
  }

  private void ringSize() {
    require(
        map.maxEntries() != 0,
        "it has no max_entries, which is the size of the ring in bytes: its loader is to set it",
        "give it with --map-entries "
            + map.name()
            + "=BYTES, in Java with withMap(\""
            + map.name()
            + "\", m -> m.withMaxEntries(BYTES)), or in C with __uint(max_entries, BYTES): a power"
            + " of two, and whole pages of "
            + page);
    require(
        Long.bitCount(map.maxEntries()) == 1 && map.maxEntries() % page == 0,
        "the size of a ring is a power of two and a number of whole pages of "
            + page
            + " bytes, and it has "
            + map.maxEntries(),
        "give it such a size: --map-entries " + map.name() + "=BYTES");
  }

  private void key(MapType type) {
    switch (type) {
      case RINGBUF, USER_RINGBUF, QUEUE, STACK, BLOOM_FILTER, ARENA ->
          require(
              map.keySize() == 0,
              a(type) + " has no keys, and it has keys of " + bytes(map.keySize()),
              "leave key and key_size out");
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE ->
          require(
              map.keySize() == 4,
              "the key of a storage is a descriptor of 4 bytes, and it has keys of "
                  + bytes(map.keySize()),
              "make it __type(key, int)");
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE ->
          require(
              map.keySize() == 8 || map.keySize() == 16,
              "the key is a cgroup's id or a struct bpf_cgroup_storage_key, and it has keys of "
                  + bytes(map.keySize()),
              "make it __type(key, __u64)");
      case LPM_TRIE ->
          require(
              map.keySize() >= 5 && map.keySize() <= 260,
              "the key is a struct bpf_lpm_trie_key: 4 bytes for the length of the prefix, and 1 to"
                  + " 256 for it; it has "
                  + bytes(map.keySize()),
              "make it a struct { __u32 prefixlen; __u8 data[N]; }");
      case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH, HASH_OF_MAPS, SOCKHASH, DEVMAP_HASH -> {
        require(
            map.keySize() != 0,
            a(type) + " has keys, and it has keys of 0 bytes",
            "give it one: __type(key, …)");
        if (type == MapType.DEVMAP_HASH) {
          indexKey(type);
        }
        if (type == MapType.SOCKHASH) {
          require(
              Integer.toUnsignedLong(map.keySize()) <= SOCKET_KEY,
              "it has keys of "
                  + bytes(map.keySize())
                  + ", and a sockhash has at most "
                  + SOCKET_KEY,
              "make the key smaller");
        }
        require(
            Integer.toUnsignedLong(map.keySize()) < ALLOCATION - 64L,
            "it has keys of " + bytes(map.keySize()) + ", and an entry has less than 4 MB",
            "make the key smaller, such as a hash of it");
      }
      case UNSPEC, STRUCT_OPS -> {
        // The kernel's own.
      }
      default -> indexKey(type);
    }
  }

  private void indexKey(MapType type) {
    require(
        map.keySize() == 4,
        "the key of "
            + a(type)
            + " is a number of 4 bytes, and it has keys of "
            + bytes(map.keySize()),
        "make it __type(key, __u32), or use a hash");
  }

  private void value(MapType type) {
    var size = Integer.toUnsignedLong(map.valueSize());
    switch (type) {
      case PROG_ARRAY, PERF_EVENT_ARRAY, CGROUP_ARRAY, ARRAY_OF_MAPS, HASH_OF_MAPS, XSKMAP ->
          require(
              size == 4,
              "the values of "
                  + a(type)
                  + " are descriptors of 4 bytes, and it has values of "
                  + bytes(size),
              "make it __type(value, __u32), or leave value out");
      case DEVMAP, DEVMAP_HASH, CPUMAP ->
          require(
              size == 4 || size == 8,
              "the values of "
                  + a(type)
                  + " have 4 bytes, or 8 with a program, and it has values of "
                  + bytes(size),
              "make it __type(value, __u32)");
      case SOCKMAP, SOCKHASH, REUSEPORT_SOCKARRAY ->
          require(
              size == 4 || size == 8,
              "the values of "
                  + a(type)
                  + " are sockets, of 4 or 8 bytes, and it has values of "
                  + bytes(size),
              "make it __type(value, __u64)");
      case RINGBUF, USER_RINGBUF, ARENA ->
          require(
              size == 0,
              a(type) + " has no values, and it has values of " + bytes(size),
              "leave value and value_size out");
      case STACK_TRACE -> {
        require(
            size != 0 && size % 8 == 0,
            "its values are stacks, with 8 bytes for each address, and it has values of "
                + bytes(size),
            "say how deep: --map-value-size "
                + map.name()
                + "=1016, or in C __uint(value_size, 127 * sizeof(__u64))");
        require(
            (map.flags() & 0x20) != 0 || size <= 127 * 8,
            "its stacks have "
                + size / 8
                + " addresses, and the kernel takes up to kernel.perf_event_max_stack (127)",
            "make them as deep as that: __uint(value_size, 127 * sizeof(__u64))");
      }
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> {
        someValue(size);
        require(
            map.types(),
            "a storage has types of its key and value, and it has none",
            "say them by __type(key, int) and __type(value, …), and compile with -g");
        require(
            size <= 0xffff - 128,
            "it has values of " + bytes(size) + ", and a storage has less than 64 KB",
            "make the value smaller");
      }
      case PERCPU_ARRAY, PERCPU_HASH, LRU_PERCPU_HASH, PERCPU_CGROUP_STORAGE -> {
        someValue(size);
        require(
            (size + 7) / 8 * 8 <= PER_CPU,
            "it has values of " + bytes(size) + ", and a per-CPU map has at most " + PER_CPU,
            "make the value smaller, or use a map that is not per-CPU");
      }
      case UNSPEC, STRUCT_OPS -> {
        // The kernel's own.
      }
      default -> {
        someValue(size);
        require(
            size <= Integer.MAX_VALUE
                && (type == MapType.ARRAY
                    || size + Integer.toUnsignedLong(map.keySize()) < ALLOCATION - 64L),
            "it has values of " + bytes(size) + ", and an entry has less than 4 MB",
            "make the value smaller, or use an array");
      }
    }
  }

  private void someValue(long size) {
    require(size != 0, "it has values of 0 bytes", "give it one: __type(value, …)");
  }

  static String a(MapType type) {
    return ("aeio".indexOf(type.label().charAt(0)) >= 0
                || type.label().startsWith("lpm")
                || type.label().startsWith("lru")
            ? "an "
            : "a ")
        + type.label();
  }

  private static String bytes(long size) {
    return size == 1 ? "1 byte" : size + " bytes";
  }
}
