package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import org.ebpf4j.Kernel;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.ring.UserRingBuffer;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Rings that no program uses yet.
public abstract class RingContract {
  private static final int SIZE = 4096;

  private Kernel kernel;

  /// The kernel whose rings are tested.
  protected abstract Kernel open();

  @BeforeEach
  void openKernel() {
    kernel = open();
  }

  @AfterEach
  void closeKernel() {
    kernel.close();
  }

  @Test
  @RequiresKernel(value = "5.8", because = "of ring buffers")
  @SuppressWarnings("try") // Closed while it is polled.
  void aRingWithoutProgramsIsEmpty() {
    try (var map = kernel.createMap(MapSpec.of("events", MapType.RINGBUF, 0, 0, SIZE));
        var ring = map.ringBuffer();
        var poller = kernel.ringPoller()) {
      assertThat(ring.name()).isEqualTo("events");
      assertThat(ring.size()).isEqualTo(SIZE);
      assertThat(ring.available()).isZero();
      assertThat(ring.poll(Duration.ofMillis(1), record -> {})).isZero();
      poller.add(ring, record -> {});
      assertThat(poller.poll(Duration.ofMillis(1))).isZero();
      ring.close();
      assertThat(poller.poll(Duration.ZERO)).isZero();
      assertThatThrownBy(() -> ring.poll(Duration.ZERO, record -> {}))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  @RequiresKernel(value = "6.1", because = "of user ring buffers")
  void aRingForProgramsTakesAsMuchAsItHasRoomFor() {
    try (var map = kernel.createMap(MapSpec.of("commands", MapType.USER_RINGBUF, 0, 0, SIZE));
        var ring = map.userRingBuffer()) {
      assertThat(ring.size()).isEqualTo(SIZE);
      var reservations = new ArrayList<UserRingBuffer.Reservation>();
      for (var next = ring.reserve(8); next.isPresent(); next = ring.reserve(8)) {
        reservations.add(next.get());
      }
      // A header of 8 bytes before each.
      assertThat(reservations).hasSize(SIZE / 16);
      reservations.forEach(UserRingBuffer.Reservation::submit);
      assertThat(ring.pending()).isEqualTo(SIZE);
      assertThat(ring.reserve(8, Duration.ofMillis(1))).isEmpty();
    }
  }

  @Test
  void aMapOfAnotherTypeIsNoRing() {
    try (var map = kernel.createMap(MapSpec.of("plain", MapType.HASH, 4, 8, 1))) {
      assertThatThrownBy(map::ringBuffer)
          .isInstanceOf(BpfException.class)
          .hasMessage("map 'plain' is no ring buffer (ringbuf): its type is hash");
      assertThatThrownBy(map::userRingBuffer)
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("is no user ring buffer");
      assertThatThrownBy(map::perfBuffer)
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("is no perf buffer");
    }
  }
}
