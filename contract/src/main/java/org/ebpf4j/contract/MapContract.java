package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.contract.Values.errno;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.Kernel;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.codec.IpPrefix;
import org.ebpf4j.codec.Length;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.codec.U16;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What single calls on maps do, and the views of them.
public abstract class MapContract {
  private static final int NO_PREALLOC = 1;

  private Kernel kernel;

  /// The kernel whose maps are tested.
  protected abstract Kernel open();

  @BeforeEach
  void openKernel() {
    kernel = open();
  }

  @AfterEach
  void closeKernel() {
    kernel.close();
  }

  private BpfMap<Integer, Long> create(MapType type, int entries) {
    return kernel.createMap(MapSpec.of("typed", type, 4, 8, entries)).as(Integer.class, Long.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"HASH", "LRU_HASH"})
  void aKeyIsLookedUpUpdatedAndDeleted(MapType type) {
    try (var map = create(type, 2)) {
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
  void aFullMapOfRecentKeysMakesRoom() {
    try (var map = create(MapType.LRU_HASH, 64)) {
      for (int i = 0; i < 1_000; i++) {
        map.update(i, (long) i);
      }
      assertThat(map.count()).isPositive().isLessThanOrEqualTo(64);
      assertThat(map.lookup(999)).contains(999L);
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

  @Test
  void anArrayHasAllItsElements() {
    try (var map = create(MapType.ARRAY, 5)) {
      map.update(3, 9L);
      assertThat(map.entries().toMap()).isEqualTo(Map.of(0, 0L, 1, 0L, 2, 0L, 3, 9L, 4, 0L));
      assertThat(map.lookup(5)).isEmpty();
      assertThat(errno(() -> map.update(5, 1L))).isEqualTo(Errno.E2BIG);
      assertThat(errno(() -> map.update(3, 1L, Update.NO_EXIST))).isEqualTo(Errno.EEXIST);
      assertThat(errno(() -> map.delete(3))).isEqualTo(Errno.EINVAL);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PERCPU_HASH", "PERCPU_ARRAY", "LRU_PERCPU_HASH"})
  void everyCpuHasAValue(MapType type) {
    var raw = kernel.createMap(MapSpec.of("each", type, 4, 4, 100));
    var cpus = raw.valueSize() / 8;
    try (var map = raw.perCpu(Integer.class, Integer.class)) {
      assertThat(raw.isPerCpu()).isTrue();
      assertThat(raw.elementSize()).isEqualTo(4);
      var values = new PerCpu<>(IntStream.range(7, 7 + cpus).boxed().toList());
      map.update(3, values);
      map.update(4, values);
      assertThat(map.lookup(3)).contains(values);
      assertThat(values.reduce(Integer::sum)).isEqualTo(IntStream.range(7, 7 + cpus).sum());
      assertThat(map.entries().toMap()).containsEntry(3, values).containsEntry(4, values);
      assertThatThrownBy(() -> map.update(3, new PerCpu<>(List.of())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 values for the " + cpus + " CPUs");
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
        assertThat(routes.delete(narrow)).isTrue();
        assertThat(routes.delete(narrow)).isFalse();
        assertThat(routes.lookup(IpPrefix.parse(six ? "2001:db8:1::7" : "192.0.2.7"))).contains(1);
        assertThatThrownBy(() -> routes.lookup(IpPrefix.parse(six ? "192.0.2.7" : "::1")))
            .isInstanceOf(IllegalArgumentException.class);
      }
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
      assertThatThrownBy(() -> map.lookup(new byte[3]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("map 'plain' has keys of 4 bytes, not 3");
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

  @ParameterizedTest
  @EnumSource(names = {"QUEUE", "STACK"})
  void queuesAndStacksArePushedAndPopped(MapType type) {
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

  @Test
  @RequiresKernel(value = "5.16", because = "of bloom filters")
  void aFilterTellsWhatItMayContain() {
    try (var map = kernel.createMap(MapSpec.of("filter", MapType.BLOOM_FILTER, 0, 8, 100))) {
      var filter = map.queue(Long.class);
      for (long i = 0; i < 100; i++) {
        assertThat(filter.push(i * 7919)).isTrue();
      }
      var wrong = 0;
      for (long i = 0; i < 1_000; i++) {
        assertThat(i >= 100 || filter.mayContain(i * 7919)).isTrue();
        wrong += filter.mayContain(1_000_000 + i) ? 1 : 0;
      }
      assertThat(wrong).isLessThan(500);
      assertThat(errno(filter::pop)).isNotZero();
    }
  }

  @Test
  void aFrozenMapIsReadOnly() {
    try (var map = create(MapType.ARRAY, 1)) {
      map.update(0, 5L);
      map.freeze();
      assertThat(errno(() -> map.update(0, 6L))).isEqualTo(Errno.EPERM);
      assertThat(map.lookup(0)).contains(5L);
      // Kernels differ in which of the two rules they look at first.
      assertThat(errno(map::freeze)).isIn(Errno.EPERM, Errno.EBUSY);
    }
  }

  @Test
  void valuesWithoutALockAreNotReadUnderOne() {
    try (var map = create(MapType.HASH, 1)) {
      map.update(1, 1L);
      var locked = map.locked();
      assertThat(errno(() -> locked.update(1, 2L))).isEqualTo(Errno.EINVAL);
      assertThat(errno(() -> locked.lookup(1))).isEqualTo(Errno.EINVAL);
      assertThat(map.lookup(1)).contains(1L);
    }
  }
}
