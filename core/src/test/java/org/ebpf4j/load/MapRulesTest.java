package org.ebpf4j.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.MapType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Which rule a map breaks. Whether the kernel has that rule is seen by the tests that ask it.
class MapRulesTest {
  private static final int CPUS = 4;
  private static final int PAGE = 4096;

  private static WantedMap map(MapType type, int key, int value, long entries, int flags) {
    return new WantedMap("m", type.number(), key, value, entries, flags, 7, Optional.of(2), true);
  }

  private static String broken(WantedMap map) {
    return MapRules.broken(map, CPUS, PAGE).map(b -> b.broken() + " | " + b.mend()).orElse("none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "ARRAY; 4; 8; 0; 0; it has no max_entries: its loader is to set it | give it with"
            + " --map-entries m=N",
        "HASH; 4; 8; 0; 0; it has no max_entries: its loader is to set it | give it with"
            + " --map-entries m=N",
        "RINGBUF; 0; 0; 0; 0; which is the size of the ring in bytes",
        "RINGBUF; 0; 0; 12288; 0; a power of two and a number of whole pages of 4096 bytes, and it"
            + " has 12288",
        "RINGBUF; 4; 0; 4096; 0; a ringbuf has no keys",
        "RINGBUF; 0; 8; 4096; 0; a ringbuf has no values, and it has values of 8 bytes",
        "LPM_TRIE; 8; 4; 8; 0; give it the flag: __uint(map_flags, BPF_F_NO_PREALLOC)",
        "LPM_TRIE; 4; 4; 8; 1; 4 bytes for the length of the prefix",
        "LRU_HASH; 4; 4; 8; 1; take the flag BPF_F_NO_PREALLOC away",
        "STACK_TRACE; 4; 0; 8; 0; __uint(value_size, 127 * sizeof(__u64))",
        "STACK_TRACE; 4; 2048; 8; 0; its stacks have 256 addresses",
        "QUEUE; 4; 4; 8; 0; a queue has no keys | leave",
        "BLOOM_FILTER; 4; 4; 8; 0; a bloom_filter has no keys",
        "ARRAY; 8; 4; 8; 0; the key of an array is a number of 4 bytes, and it has keys of 8 bytes",
        "ARRAY; 4; 0; 8; 0; values of 0 bytes",
        "HASH; 0; 4; 8; 0; a hash has keys, and it has keys of 0 bytes",
        "HASH; 5000000; 4; 8; 0; keys of 5000000 bytes, and an entry has less than 4 MB",
        "HASH; 4; 5000000; 8; 0; values of 5000000 bytes, and an entry has less than 4 MB",
        "HASH; 4; 4; 8; 1024; a hash does not know the flags BPF_F_MMAPABLE | take them away",
        "SK_STORAGE; 4; 4; 0; 0; a storage is never allocated ahead | give it the flag",
        "TASK_STORAGE; 4; 4; 8; 1; as many as there are owners | leave max_entries out",
        "TASK_STORAGE; 8; 4; 0; 1; a descriptor of 4 bytes",
        "TASK_STORAGE; 4; 70000; 0; 1; less than 64 KB",
        "PERCPU_ARRAY; 4; 300000; 1; 0; a per-CPU map has at most 32768",
        "CPUMAP; 4; 4; 100000; 0; this machine has 4 | give it at most as many: --map-entries m=4",
        "PROG_ARRAY; 4; 8; 4; 0; descriptors of 4 bytes, and it has values of 8 bytes",
        "DEVMAP; 4; 16; 4; 0; the values of a devmap have 4 bytes, or 8 with a program",
        "SOCKMAP; 4; 16; 4; 0; sockets, of 4 or 8 bytes",
        "ARENA; 0; 0; 4; 0; BPF_F_MMAPABLE",
        "HASH; 4; 4; 8; 24; the flags BPF_F_RDONLY, BPF_F_WRONLY, of which a map has one at most",
        "ARRAY; 4; 4; 8; 384; the flags BPF_F_RDONLY_PROG, BPF_F_WRONLY_PROG, of which",
        "HASH; 4; 4; 8; 4; memory of NUMA node 7, which this machine may not have | name a node",
        "SOCKHASH; 600; 4; 8; 0; keys of 600 bytes, and a sockhash has at most 512",
        "CGROUP_STORAGE; 4; 4; 0; 0; make it __type(key, __u64)"
      })
  void namesTheRule(MapType type, int key, int value, long entries, int flags, String words) {
    assertThat(
            broken(map(type, key, value, entries, flags))
                .replace("keys, and it has keys of 4 bytes", "keys"))
        .contains(words);
  }

  @Test
  void wantsInnerMapsAndTypesWhereTheKernelDoes() {
    assertThat(
            broken(
                new WantedMap(
                    "m", MapType.HASH_OF_MAPS.number(), 8, 4, 8, 0, 0, Optional.empty(), true)))
        .contains("it is a map of maps, and does not say what maps are inside")
        .contains("withMap(\"m\", m -> m.withInner(…))");
    for (var inside : List.of(MapType.PROG_ARRAY, MapType.HASH_OF_MAPS)) {
      var held = Optional.of(inside.number());
      var boxes = new WantedMap("m", MapType.HASH_OF_MAPS.number(), 8, 4, 8, 0, 0, held, true);
      assertThat(broken(boxes))
          .contains("it holds maps of type " + inside.label() + ", which cannot be inside others");
    }
    assertThat(
            broken(
                new WantedMap(
                    "m", MapType.SK_STORAGE.number(), 4, 4, 0, 1, 0, Optional.empty(), false)))
        .contains("a storage has types of its key and value, and it has none");
  }

  @Test
  void findsNothingWrongWithUsualMaps() {
    assertThat(
            Stream.of(
                map(MapType.HASH, 4, 8, 16, 1),
                map(MapType.ARRAY, 4, 8, 16, 1024),
                map(MapType.LRU_HASH, 4, 8, 16, 0),
                map(MapType.PERCPU_ARRAY, 4, 32768, 16, 0),
                map(MapType.RINGBUF, 0, 0, 4096, 0),
                map(MapType.QUEUE, 0, 8, 16, 0),
                map(MapType.LPM_TRIE, 8, 8, 16, 1),
                map(MapType.STACK_TRACE, 4, 1016, 16, 0),
                map(MapType.SK_STORAGE, 4, 8, 0, 1),
                map(MapType.CPUMAP, 4, 4, 4, 0),
                map(MapType.PROG_ARRAY, 4, 4, 4, 0),
                map(MapType.PERF_EVENT_ARRAY, 4, 4, 0, 0),
                map(MapType.ARENA, 0, 0, 4, 1024)))
        .allSatisfy(map -> assertThat(broken(map)).isEqualTo("none"));
  }

  @ParameterizedTest
  @EnumSource(MapType.class)
  void knowsSinceWhenEachTypeIsThere(MapType type) {
    assertThat(type.since()).matches("[3-9]\\.\\d+");
  }

  @Test
  void saysWhatAnErrorNumberMeansForAnElement() {
    assertThat(ElementRules.broken(MapType.HASH.number(), 3, "MAP_UPDATE_ELEM", Errno.E2BIG))
        .hasValueSatisfying(t -> assertThat(t).isEqualTo("it is full: it has room for 3 entries"));
    assertThat(ElementRules.broken(MapType.ARRAY.number(), 3, "MAP_UPDATE_ELEM", Errno.E2BIG))
        .contains("the index is too large: it has 3 entries, the first at 0");
    assertThat(ElementRules.broken(MapType.HASH.number(), 3, "MAP_UPDATE_ELEM", Errno.EINVAL))
        .isEmpty();
    assertThat(ElementRules.broken(MapType.ARRAY.number(), 3, "MAP_DELETE_ELEM", Errno.EINVAL))
        .contains("the entries of an array are always there, and cannot be deleted");
  }

  @Test
  void saysWhatMendsAnErrorOfAnElement() {
    assertThat(ElementRules.mend(MapType.HASH.number(), 3, "MAP_UPDATE_ELEM", Errno.E2BIG))
        .hasValueSatisfying(t -> assertThat(t).startsWith("take some out, or give it more"));
    assertThat(ElementRules.mend(MapType.ARRAY.number(), 3, "MAP_UPDATE_ELEM", Errno.E2BIG))
        .contains("an index from 0 to 2");
    assertThat(ElementRules.mend(MapType.HASH.number(), 3, "MAP_UPDATE_ELEM", Errno.EINVAL))
        .isEmpty();
  }
}
