package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.codec.IpPrefix;
import org.ebpf4j.codec.Length;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.codec.U16;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Maps with keys and values of Java types, and every operation that they have.
@KernelTest
class TypedMapTest {
  private static final int NO_PREALLOC = 1;

  private final LinuxKernel kernel = LinuxKernel.open();

  private BpfMap<Integer, Long> create(MapType type, int entries) {
    return kernel.createMap(MapSpec.of("typed", type, 4, 8, entries)).as(Integer.class, Long.class);
  }

  private static Map<Integer, Long> squares(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> i, i -> (long) i * i));
  }

  private static int errno(Runnable refused) {
    return catchThrowableOfType(KernelException.class, refused::run).errno();
  }

  @Test
  void aKeyIsLookedUpUpdatedAndDeleted() {
    try (var map = create(MapType.HASH, 2)) {
      assertThat(map.lookup(1)).isEmpty();
      map.update(1, -5L);
      assertThat(map.lookup(1)).contains(-5L);
      map.update(1, 6L, Update.EXIST);
      assertThat(map.lookup(1)).contains(6L);
      assertThat(map.delete(1)).isTrue();
      assertThat(map.delete(1)).isFalse();
      assertThat(map.lookup(1)).isEmpty();
    }
  }

  @Test
  void anUpdateThatItsModeDoesNotAllowIsRefused() {
    try (var map = create(MapType.HASH, 2)) {
      map.update(1, 1L, Update.NO_EXIST);
      assertThat(errno(() -> map.update(1, 2L, Update.NO_EXIST))).isEqualTo(Errno.EEXIST);
      assertThat(errno(() -> map.update(2, 2L, Update.EXIST))).isEqualTo(Errno.ENOENT);
      map.update(2, 2L);
      assertThat(errno(() -> map.update(3, 3L))).isEqualTo(Errno.E2BIG);
      assertThat(map.entries().toMap()).isEqualTo(Map.of(1, 1L, 2, 2L));
    }
  }

  @Test
  void aKeyIsTakenOutWithItsValue() {
    try (var map = create(MapType.HASH, 2)) {
      map.update(1, 7L);
      try {
        assertThat(map.lookupAndDelete(1)).contains(7L);
      } catch (KernelException e) {
        // Hash maps have this since 5.14.
        assertThat(e.errno()).isEqualTo(Errno.ENOTSUPP);
        assertThat(map.delete(1)).isTrue();
      }
      assertThat(map.lookup(1)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HASH", "LRU_HASH"})
  void manyAreWrittenReadAndDeletedAtATime(MapType type) {
    try (var map = create(type, 20_000)) {
      var all = squares(10_000);
      map.updateAll(all, Update.ANY);
      assertThat(map.entries().toMap()).isEqualTo(all);
      assertThat(map.count()).isEqualTo(10_000);
      assertThat(map.entries().stream().mapToLong(e -> e.key()).sum()).isEqualTo(49_995_000);
      var gone = IntStream.range(5_000, 15_000).boxed().toList();
      assertThat(map.deleteAll(gone)).isEqualTo(5_000);
      all.keySet().removeAll(gone);
      assertThat(map.entries().toMap()).isEqualTo(all);
    }
  }

  @Test
  void manyThatAreNotAllTakenSayHowFarTheyCame() {
    try (var map = create(MapType.HASH, 1_000)) {
      assertThatThrownBy(() -> map.updateAll(squares(1_500), Update.ANY))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("E2BIG")
          .hasMessageContaining("after 1000 of 1500");
      assertThat(map.count()).isEqualTo(1_000);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HASH", "LPM_TRIE"})
  void drainingTakesEverythingOut(MapType type) {
    var spec = MapSpec.of("drained", type, type == MapType.LPM_TRIE ? 8 : 4, 8, 5_000);
    try (var map = kernel.createMap(spec.withFlags(type == MapType.LPM_TRIE ? NO_PREALLOC : 0))) {
      var put = new HashMap<Long, Long>();
      for (int i = 0; i < 3_000; i++) {
        map.update(
            type == MapType.LPM_TRIE ? prefix(i) : Words.u32(i), Words.u64(i + 1), Update.ANY);
        put.put((long) i, i + 1L);
      }
      var taken = new HashMap<Long, Long>();
      var count =
          map.drain((key, value) ->
              taken.put(
                  (long)
                      java.nio.ByteBuffer.wrap(key)
                          .order(
                              type == MapType.LPM_TRIE
                                  ? java.nio.ByteOrder.BIG_ENDIAN
                                  : java.nio.ByteOrder.nativeOrder())
                          .getInt(key.length - 4),
                  java.nio.ByteBuffer.wrap(value)
                      .order(java.nio.ByteOrder.nativeOrder())
                      .getLong()));
      assertThat(count).isEqualTo(3_000);
      assertThat(taken).isEqualTo(put);
      assertThat(map.count()).isZero();
    }
  }

  private static byte[] prefix(int address) {
    return java.nio.ByteBuffer.allocate(8)
        .order(java.nio.ByteOrder.nativeOrder())
        .putInt(32)
        .order(java.nio.ByteOrder.BIG_ENDIAN)
        .putInt(address)
        .array();
  }

  @Test
  void whatIsDrainedReachesTheTakerThoughItThrows() {
    try (var map = create(MapType.HASH, 100)) {
      map.updateAll(squares(50), Update.ANY);
      var taken = new ArrayList<Integer>();
      assertThatThrownBy(() ->
              map.drain((key, value) -> {
                taken.add(key);
                throw new IllegalStateException("no");
              }))
          .hasMessage("no");
      assertThat(taken.size() + map.count()).isEqualTo(50);
    }
  }

  @Test
  void everyEntryThatStaysIsSeenOnceWhileOthersComeAndGo() throws Exception {
    try (var map = create(MapType.HASH, 20_000);
        var executor = Executors.newSingleThreadExecutor()) {
      var stay = squares(5_000);
      map.updateAll(stay, Update.ANY);
      var done = new AtomicBoolean();
      Future<?> churn =
          executor.submit(() -> {
            while (!done.get()) {
              for (int i = 5_000; i < 9_000; i++) {
                map.update(i, 0L);
              }
              for (int i = 5_000; i < 9_000; i++) {
                map.delete(i);
              }
            }
          });
      try {
        for (int round = 0; round < 50; round++) {
          var seen = new HashMap<Integer, Integer>();
          var consistent =
              map.entries()
                  .forEach((key, value) -> {
                    if (key < 5_000) {
                      seen.merge(key, 1, Integer::sum);
                    }
                  });
          assertThat(consistent).isTrue();
          assertThat(seen).hasSize(5_000).allSatisfy((key, times) -> assertThat(times).isOne());
        }
      } finally {
        done.set(true);
        churn.get();
      }
    }
  }

  @Test
  void goingFromKeyToKeyEndsWhileTheyComeAndGo() throws Exception {
    // Such a map has no commands on many. What is in it are network devices by index; 1 is lo.
    try (var map =
            kernel
                .createMap(MapSpec.of("devices", MapType.DEVMAP_HASH, 4, 4, 512))
                .as(Integer.class, Integer.class);
        var executor = Executors.newSingleThreadExecutor()) {
      for (int i = 0; i < 100; i++) {
        map.update(i, 1);
      }
      assertThat(map.entries().toMap().keySet())
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100).boxed().toList());
      assertThat(map.count()).isEqualTo(100);
      var done = new AtomicBoolean();
      Future<?> churn =
          executor.submit(() -> {
            while (!done.get()) {
              for (int i = 0; i < 100; i++) {
                map.delete(i);
                map.update(i, 1);
              }
            }
          });
      try {
        for (int round = 0; round < 200; round++) {
          var steps = new int[1];
          map.entries().forEach((key, value) -> steps[0]++);
          assertThat(steps[0]).isLessThanOrEqualTo(512);
        }
      } finally {
        done.set(true);
        churn.get();
      }
    }
  }

  @Test
  void anArrayHasAllItsElements() {
    try (var map = create(MapType.ARRAY, 5)) {
      map.update(3, 9L);
      assertThat(map.entries().toMap()).isEqualTo(Map.of(0, 0L, 1, 0L, 2, 0L, 3, 9L, 4, 0L));
      assertThat(map.lookup(5)).isEmpty();
      assertThat(errno(() -> map.update(5, 1L))).isEqualTo(Errno.E2BIG);
      assertThat(errno(() -> map.delete(3))).isEqualTo(Errno.EINVAL);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PERCPU_HASH", "PERCPU_ARRAY", "LRU_PERCPU_HASH"})
  void everyCpuHasAValue(MapType type) {
    try (var map =
        kernel
            .createMap(MapSpec.of("each", type, 4, 4, 100))
            .perCpu(Integer.class, Integer.class)) {
      var values = new PerCpu<>(IntStream.range(7, 7 + Cpus.possible()).boxed().toList());
      map.update(3, values);
      map.update(4, values);
      assertThat(map.lookup(3)).contains(values);
      assertThat(values.reduce(Integer::sum))
          .isEqualTo(IntStream.range(7, 7 + Cpus.possible()).sum());
      assertThat(map.entries().toMap()).containsEntry(3, values).containsEntry(4, values);
      assertThatThrownBy(() -> map.update(3, new PerCpu<>(List.of())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 values for the " + Cpus.possible() + " CPUs");
    }
  }

  /// As C lays it out, two bytes follow the port.
  record Flow(@Length(16) InetAddress source, @U16 int port) {}

  record Counters(long packets, long bytes) {}

  @Test
  void keysAndValuesAreRecords() throws Exception {
    try (var map =
        kernel
            .createMap(MapSpec.of("flows", MapType.HASH, 20, 16, 10))
            .as(Flow.class, Counters.class)) {
      var six = new Flow(InetAddress.getByName("2001:db8::1"), 65_535);
      var four = new Flow(InetAddress.getByName("192.0.2.7"), 80);
      map.update(six, new Counters(1, 2), Update.NO_EXIST);
      map.update(four, new Counters(3, 4));
      assertThat(map.lookup(new Flow(InetAddress.getByName("2001:db8::1"), 65_535)))
          .contains(new Counters(1, 2));
      assertThat(map.entries().toMap())
          .isEqualTo(Map.of(six, new Counters(1, 2), four, new Counters(3, 4)));
      assertThatThrownBy(() -> map.lookup(new Flow(six.source(), 65_536)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  record Pair(int left, int right) {}

  @Test
  void theLongestPrefixOfAnAddressIsFound() {
    for (var six : List.of(false, true)) {
      var codec = six ? IpPrefix.codec6() : IpPrefix.codec4();
      var spec = MapSpec.of("routes", MapType.LPM_TRIE, codec.size(), 4, 10);
      try (var routes =
          kernel.createMap(spec.withFlags(NO_PREALLOC)).as(codec, Codec.of(Integer.class))) {
        var wide = IpPrefix.parse(six ? "2001:db8::/32" : "192.0.0.0/8");
        var narrow = IpPrefix.parse(six ? "2001:db8:1::/48" : "192.0.2.0/24");
        routes.update(wide, 1);
        routes.update(narrow, 2);
        assertThat(routes.lookup(IpPrefix.parse(six ? "2001:db8:1::7" : "192.0.2.7"))).contains(2);
        assertThat(routes.lookup(IpPrefix.parse(six ? "2001:db8:2::7" : "192.0.3.7"))).contains(1);
        assertThat(routes.lookup(IpPrefix.parse(six ? "2001:db9::7" : "193.0.2.7"))).isEmpty();
        assertThat(routes.entries().toMap()).isEqualTo(Map.of(wide, 1, narrow, 2));
        assertThatThrownBy(() -> routes.lookup(IpPrefix.parse(six ? "192.0.2.7" : "::1")))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void recordsAreHeldAgainstTheTypesOfTheObject() {
    try (var object = kernel.load(Run.spec("load_maps"))) {
      var map = object.map("typed").as(Pair.class, Long.class);
      map.update(new Pair(1, 2), 3L);
      assertThat(map.entries().toMap()).isEqualTo(Map.of(new Pair(1, 2), 3L));
      assertThat(object.map("filled_later").maps(Integer.class).keys()).isEmpty();
      var steps = object.map("steps").programs();
      assertThat(steps.get(0)).isEmpty();
      try (var middle = steps.get(1).orElseThrow()) {
        assertThat(middle.id()).isEqualTo(object.program("middle").id());
        steps.set(0, middle);
      }
      try (var first = steps.get(0).orElseThrow()) {
        assertThat(first.id()).isEqualTo(object.program("middle").id());
      }
      assertThat(steps.clear(0)).isTrue();
      assertThat(steps.clear(0)).isFalse();
      assertThat(steps.get(0)).isEmpty();
    }
  }

  @Test
  void aViewThatDoesNotFitIsRefused() {
    try (var map = kernel.createMap(MapSpec.of("plain", MapType.HASH, 4, 8, 1));
        var each = kernel.createMap(MapSpec.of("each", MapType.PERCPU_HASH, 4, 8, 1))) {
      assertThatThrownBy(() -> map.as(Long.class, Long.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("map 'plain' has keys of 4 bytes, not 8");
      assertThatThrownBy(() -> map.as(Integer.class, Integer.class))
          .hasMessage("map 'plain' has values of 8 bytes, not 4");
      assertThatThrownBy(() -> map.perCpu(Integer.class, Long.class))
          .hasMessageContaining("use as in place of perCpu");
      assertThatThrownBy(() -> each.as(Integer.class, Long.class))
          .hasMessageContaining("use perCpu in place of as");
      assertThatThrownBy(() -> map.queue(Long.class)).hasMessageContaining("has keys");
      assertThatThrownBy(() -> map.maps(Integer.class)).hasMessageContaining("holds no maps");
      assertThatThrownBy(map::programs).hasMessageContaining("holds no programs");
      assertThatThrownBy(() -> map.storage(Long.class)).hasMessageContaining("is no storage");
    }
  }

  @Test
  void queuesAndStacksArePushedAndPopped() {
    for (var type : List.of(MapType.QUEUE, MapType.STACK)) {
      try (var map = kernel.createMap(MapSpec.of("line", type, 0, 8, 3))) {
        var line = map.queue(Long.class);
        assertThat(line.pop()).isEmpty();
        assertThat(line.peek()).isEmpty();
        assertThat(line.push(1L)).isTrue();
        assertThat(line.push(2L)).isTrue();
        assertThat(line.push(3L)).isTrue();
        assertThat(line.push(4L)).isFalse();
        line.pushReplacing(4L);
        var queue = type == MapType.QUEUE;
        assertThat(line.peek()).contains(queue ? 2L : 4L);
        assertThat(line.pop()).contains(queue ? 2L : 4L);
        assertThat(line.pop()).contains(3L);
        assertThat(line.pop()).contains(queue ? 4L : 2L);
        assertThat(line.pop()).isEmpty();
      }
    }
  }

  @Test
  void aFrozenMapIsReadOnly() {
    try (var map = create(MapType.ARRAY, 1)) {
      map.update(0, 5L);
      map.freeze();
      assertThat(errno(() -> map.update(0, 6L))).isEqualTo(Errno.EPERM);
      assertThat(map.lookup(0)).contains(5L);
    }
  }

  @Test
  void mapsArePutInMaps() {
    var inner = MapSpec.of("inner", MapType.HASH, 4, 8, 4);
    try (var outer =
            kernel.createMap(MapSpec.of("outer", MapType.HASH_OF_MAPS, 4, 4, 4).withInner(inner));
        var one = kernel.createMap(inner)) {
      var maps = outer.maps(Integer.class);
      assertThat(maps.lookup(1)).isEmpty();
      maps.update(1, one, Update.ANY);
      one.as(Integer.class, Long.class).update(2, 3L);
      assertThat(maps.keys()).containsExactly(1);
      try (var again = maps.lookup(1).orElseThrow()) {
        assertThat(again.id()).isEqualTo(one.id());
        assertThat(again.as(Integer.class, Long.class).lookup(2)).contains(3L);
      }
      assertThat(maps.delete(1)).isTrue();
      assertThat(maps.delete(1)).isFalse();
      assertThat(maps.lookup(1)).isEmpty();
    }
  }

  @Test
  void everythingThrowsOnceItIsClosed() {
    var map = create(MapType.HASH, 4);
    var entries = map.entries().cursor();
    map.close();
    map.close();
    assertThatThrownBy(() -> map.lookup(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("map 'typed' is closed");
    assertThatThrownBy(() -> map.update(1, 1L)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> map.delete(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(map::count).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(entries::next).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> map.updateAll(squares(3), Update.ANY))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(map::freeze).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aMapIsClosedUnderThreadsThatUseIt() throws Exception {
    try (var executor = Executors.newFixedThreadPool(8)) {
      for (int round = 0; round < 50; round++) {
        var map = create(MapType.HASH, 16);
        var number = ((LinuxMap) map.map()).fd();
        List<Future<Long>> users = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          var key = i;
          users.add(executor.submit(() -> use(map, key)));
        }
        map.close();
        // The number may be this one's now; nobody may have written to it.
        try (var other = create(MapType.HASH, 16)) {
          for (var user : users) {
            assertThat(user.get()).isNotNegative();
          }
          assertThat(number).isPositive();
          assertThat(other.count()).isZero();
        }
      }
    }
  }

  /// Uses a map until it is closed.
  private static long use(BpfMap<Integer, Long> map, int key) {
    for (long i = 0; ; i++) {
      try {
        map.update(key, i);
        assertThat(map.lookup(key)).contains(i);
      } catch (IllegalStateException closed) {
        return i;
      }
    }
  }
}
