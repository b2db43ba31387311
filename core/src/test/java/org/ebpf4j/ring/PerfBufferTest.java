package org.ebpf4j.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.RecordSizeException;
import org.junit.jupiter.api.Test;

class PerfBufferTest {
  private static final int SIZE = 256;
  private static final Duration LONG = Duration.ofSeconds(60);

  /// What was read: `CPU:VALUE`.
  private final List<String> read = new ArrayList<>();

  private void take(int cpu, MemorySegment record) {
    var value = record.get(ValueLayout.JAVA_INT, 0);
    for (long at = 0; at < record.byteSize(); at += 4) {
      assertThat(record.get(ValueLayout.JAVA_INT_UNALIGNED, at)).isEqualTo(value);
    }
    read.add(cpu + ":" + value);
  }

  @Test
  void readsCpusByTheirIds() {
    var rings = new SimulatedPerfRings(SIZE, false, 1, 4, 7);
    try (var buffer = new PerfBuffer(rings)) {
      assertThat(buffer.cpus()).containsExactly(1, 4, 7);
      rings.ring(7).sample(1, 0);
      rings.ring(4).sample(2, 3);
      rings.ring(4).sample(3, 1);
      assertThat(buffer.consume(this::take)).isEqualTo(3);
      assertThat(read)
          .containsExactlyInAnyOrder("7:1", "4:2", "4:3")
          .containsSubsequence("4:2", "4:3");
    }
    assertThat(rings.closed).isTrue();
    assertThat(rings.all).hasSize(3).allMatch(ring -> ring.closed);
  }

  @Test
  void readsRecordsOfAllLengthsAtAllPlaces() {
    var random = new Random(20);
    var rings = new SimulatedPerfRings(SIZE, false, 0);
    try (var buffer = new PerfBuffer(rings)) {
      for (int value = 0; value < 5000; value++) {
        rings.ring(0).sample(value, random.nextInt(30));
        buffer.consume(this::take);
      }
    }
    assertThat(read).hasSize(5000).endsWith("0:4999");
  }

  record Numbers(int first, long second, long third) {}

  record Wide(Inet6Address address) {}

  /// The kernel adds bytes: a number that would stand in them is missing, not cut.
  @Test
  void shorterRecordsHaveWhatIsThere() {
    var rings = new SimulatedPerfRings(SIZE, false, 0);
    try (var buffer = new PerfBuffer(rings)) {
      var numbers = buffer.as(Codec.of(Numbers.class));
      rings.ring(0).sample(5, 1);
      rings.ring(0).sample(6, 2);
      var twice = 6L << 32 | 6;
      assertThat(numbers.next(LONG)).contains(new Numbers(5, 0, 0));
      assertThat(numbers.next(LONG)).contains(new Numbers(6, twice, 0));
      rings.ring(0).sample(7, 0);
      assertThatThrownBy(() -> buffer.as(Codec.of(Wide.class)).next(LONG))
          .isInstanceOf(RecordSizeException.class);
    }
  }

  @Test
  void addsLossesUp() {
    var rings = new SimulatedPerfRings(SIZE, false, 0, 3);
    try (var buffer = new PerfBuffer(rings)) {
      var told = new ArrayList<String>();
      buffer.onLost((cpu, count) -> told.add(cpu + ":" + count));
      var sent = 0;
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 20 + round; i++) {
          rings.ring(3).sample(i, 2);
          sent++;
        }
        rings.ring(0).sample(round, 0);
        sent++;
        buffer.consume(this::take);
      }
      rings.ring(3).sample(1, 0);
      sent++;
      buffer.consume(this::take);
      assertThat(read.size() + buffer.lost()).isEqualTo(sent);
      assertThat(buffer.lost(0)).isZero();
      assertThat(buffer.lost(3)).isEqualTo(buffer.lost()).isPositive();
      assertThat(told).hasSize(3).first().isEqualTo("3:12");
    }
  }

  @Test
  void takesTurnsWhereNotAllIsWanted() {
    var rings = new SimulatedPerfRings(SIZE, false, 0, 1);
    try (var buffer = new PerfBuffer(rings)) {
      for (int i = 0; i < 3; i++) {
        rings.ring(0).sample(i, 0);
        rings.ring(1).sample(i, 0);
      }
      for (int i = 0; i < 6; i++) {
        assertThat(buffer.poll(Duration.ZERO, 1, this::take)).isEqualTo(1);
      }
      assertThat(buffer.consume(this::take)).isZero();
      assertThat(read.subList(0, 2)).containsExactlyInAnyOrder("0:0", "1:0");
      assertThat(read.subList(2, 4)).containsExactlyInAnyOrder("0:1", "1:1");
    }
  }

  @Test
  void followsCpusThatComeAndGo() {
    var rings = new SimulatedPerfRings(SIZE, false, 0, 1);
    try (var buffer = new PerfBuffer(rings)) {
      assertThat(buffer.refresh()).isEmpty();
      rings.switchOn(5);
      assertThat(buffer.refresh()).containsExactly(5);
      assertThat(buffer.cpus()).containsExactly(0, 1, 5);
      rings.ring(5).sample(50, 0);
      var old = rings.ring(1);
      old.sample(10, 0);
      rings.switchOff(1);
      assertThat(buffer.refresh()).isEmpty();
      // Its ring holds a record all the same.
      assertThat(buffer.cpus()).containsExactly(0, 1, 5);
      rings.switchOn(1);
      assertThat(buffer.refresh()).containsExactly(1);
      rings.ring(1).sample(11, 0);
      assertThat(old.closed).isFalse();
      assertThat(buffer.consume(this::take)).isEqualTo(3);
      assertThat(old.closed).isTrue();
      assertThat(read).containsExactlyInAnyOrder("5:50", "1:10", "1:11");
      assertThat(buffer.cpus()).containsExactly(0, 1, 5);
    }
    assertThat(rings.all).hasSize(4).allMatch(ring -> ring.closed);
  }

  @Test
  void readsCpuThatCameDuringTheWait() throws Exception {
    var rings = new SimulatedPerfRings(SIZE, false, 0);
    try (var buffer = new PerfBuffer(rings)) {
      var reader = CompletableFuture.supplyAsync(() -> buffer.poll(LONG, this::take));
      rings.switchOn(1);
      assertThat(buffer.refresh()).containsExactly(1);
      rings.ring(1).sample(3, 0);
      assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(read).containsExactly("1:3");
    }
  }

  @Test
  void givesNewestOldestFirst() {
    var random = new Random(21);
    var rings = new SimulatedPerfRings(SIZE, true, 0);
    try (var buffer = new PerfBuffer(rings)) {
      assertThat(buffer.snapshot(this::take)).isZero();
      for (int value = 0; value < 2000; value++) {
        rings.ring(0).sample(value, random.nextInt(10));
        read.clear();
        var count = buffer.snapshot(this::take);
        // Of 256 bytes, the oldest record of at most 96 may be cut.
        assertThat(count).isBetween(Math.min(value + 1, 2), 16);
        for (int i = 0; i < count; i++) {
          assertThat(read.get(i)).isEqualTo("0:" + (value - count + 1 + i));
        }
      }
    }
  }

  @Test
  void skipsRecordsThatAreNotOfPrograms() {
    var rings = new SimulatedPerfRings(SIZE, false, 0);
    try (var buffer = new PerfBuffer(rings)) {
      rings.ring(0).record(5, 16, 1);
      rings.ring(0).sample(6, 0);
      rings.ring(0).record(99, 8);
      assertThat(buffer.consume(this::take)).isEqualTo(1);
      assertThat(read).containsExactly("0:6");
    }
  }

  @Test
  void saysWhatIsDamaged() {
    expectDamage(
        ring -> ring.positions(SIZE + 8, 0), "positions that cannot be: 0 of the reader and 264");
    expectDamage(ring -> ring.positions(8, 16), "positions that cannot be");
    expectDamage(ring -> ring.positions(4, 0), "positions that cannot be");
    expectDamage(ring -> damagedHeader(ring, 0), "a record of 0 bytes at position 0");
    expectDamage(ring -> damagedHeader(ring, 12), "a record of 12 bytes at position 0");
    expectDamage(ring -> damagedHeader(ring, 24), "where the kernel has written 16");
    expectDamage(ring -> ring.record(9, 16, 5), "a record of 16 bytes with 5 bytes of data");
    expectDamage(ring -> ring.record(9, 16, -1), "a record of 16 bytes with -1 bytes of data");
    expectDamage(ring -> ring.record(9, 8), "a record of 8 bytes with 0 bytes of data");
  }

  private static void damagedHeader(SimulatedPerfRings.Ring ring, int length) {
    ring.record(9, length);
    ring.positions(16, 0);
  }

  private interface Damage {
    void to(SimulatedPerfRings.Ring ring);
  }

  private static void expectDamage(Damage damage, String message) {
    var rings = new SimulatedPerfRings(SIZE, false, 2);
    try (var buffer = new PerfBuffer(rings)) {
      damage.to(rings.ring(2));
      assertThatThrownBy(() -> buffer.consume((_, _) -> {}))
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("the ring of CPU 2 of perf buffer 'simulated' has ")
          .hasMessageContaining(message);
    }
  }

  @Test
  void recordWhoseCallbackThrowsCountsAsRead() {
    var rings = new SimulatedPerfRings(SIZE, false, 0);
    try (var buffer = new PerfBuffer(rings)) {
      rings.ring(0).sample(1, 0);
      rings.ring(0).sample(2, 0);
      assertThatThrownBy(() -> buffer.consume((_, _) -> throwUp()))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThat(buffer.consume(this::take)).isEqualTo(1);
      assertThat(read).containsExactly("0:2");
    }
  }

  private static void throwUp() {
    throw new UnsupportedOperationException();
  }

  @Test
  void closesFromWithinCallback() {
    var rings = new SimulatedPerfRings(SIZE, false, 0);
    var buffer = new PerfBuffer(rings);
    rings.ring(0).sample(1, 0);
    rings.ring(0).sample(2, 0);
    var count =
        buffer.consume((_, record) -> {
          buffer.close();
          assertThat(record.get(ValueLayout.JAVA_INT, 0)).isEqualTo(1);
        });
    assertThat(count).isEqualTo(1);
    assertThat(rings.closed).isTrue();
    assertThatThrownBy(buffer::refresh).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void optionsAreChecked() {
    var options = PerfBufferOptions.DEFAULT;
    assertThatThrownBy(() -> options.withBytesPerCpu(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withBytesPerCpu(Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.wakeupEvents(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.wakeupBytes(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(options.overwriting().overwritable()).isTrue();
  }
}
