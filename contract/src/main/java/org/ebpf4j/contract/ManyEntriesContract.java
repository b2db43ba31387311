package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.contract.Values.squares;
import static org.ebpf4j.contract.Values.u32;
import static org.ebpf4j.contract.Values.u64;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.Kernel;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is done with many entries at a time, and going through them.
public abstract class ManyEntriesContract {
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
    var trie = type == MapType.LPM_TRIE;
    var spec = MapSpec.of("drained", type, trie ? 8 : 4, 8, 5_000);
    try (var map = kernel.createMap(spec.withFlags(trie ? NO_PREALLOC : 0))) {
      var put = new HashMap<Long, Long>();
      for (int i = 0; i < 3_000; i++) {
        map.update(trie ? prefix(i) : u32(i), u64(i + 1), Update.ANY);
        put.put((long) i, i + 1L);
      }
      var taken = new HashMap<Long, Long>();
      var order = trie ? ByteOrder.BIG_ENDIAN : ByteOrder.nativeOrder();
      var count =
          map.drain((key, value) ->
              taken.put(
                  (long) ByteBuffer.wrap(key).order(order).getInt(key.length - 4),
                  ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong()));
      assertThat(count).isEqualTo(3_000);
      assertThat(taken).isEqualTo(put);
      assertThat(map.count()).isZero();
    }
  }

  private static byte[] prefix(int address) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.nativeOrder())
        .putInt(32)
        .order(ByteOrder.BIG_ENDIAN)
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
  void aCursorIsAtAnEntryOrThrows() {
    try (var map = create(MapType.HASH, 4)) {
      map.update(1, 2L);
      try (var cursor = map.entries().cursor()) {
        assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.key()).isEqualTo(1);
        assertThat(cursor.value()).isEqualTo(2L);
        assertThat(cursor.next()).isFalse();
        assertThatThrownBy(cursor::value).isInstanceOf(IllegalStateException.class);
      }
    }
  }
}
