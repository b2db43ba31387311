package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.Kernel;
import org.ebpf4j.ring.RingPoller;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Several rings that one thread reads.
@RequiresKernel(value = "5.12", because = "the programs fetch what they add to")
@Timeout(60)
public abstract class RingPollerContract {
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final int NO_WAKEUP = 1;
  private static final List<Thread.Builder> BUILDERS =
      List.of(Thread.ofPlatform().daemon(), Thread.ofVirtual());

  private Kernel kernel;

  /// The kernel whose rings are read.
  protected abstract Kernel open();

  @BeforeEach
  void openKernel() {
    kernel = open();
  }

  @AfterEach
  void closeKernel() {
    kernel.close();
  }

  private static Waiting<Integer> polled(RingPoller poller) {
    return Waiting.start(() -> poller.poll(LONG));
  }

  @Test
  void readsAllOfItsRings() {
    try (var object = RingEventsContract.load(kernel, 4096);
        var events = object.ringBuffer("events");
        var others = object.ringBuffer("others");
        var poller = kernel.ringPoller()) {
      var read = new ArrayList<String>();
      poller.add(events, record -> read.add("e" + record.get(ValueLayout.JAVA_LONG, 0)));
      poller.add(
          others.as(RingEventsContract.Event.class), event -> read.add("o" + event.sequence()));
      assertThat(poller).hasToString("poller of 2 rings");
      assertThat(poller.consumeAll()).isZero();
      RingEventsContract.emit(object, "emit", 2);
      RingEventsContract.emit(object, "emit_other", 2);
      assertThat(poller.poll(LONG)).isEqualTo(4);
      assertThat(read).containsExactlyInAnyOrder("e0", "e1", "o2", "o3");
    }
  }

  @Test
  void eachRingWakesWhoWaits() throws Exception {
    try (var object = RingEventsContract.load(kernel, 4096);
        var events = object.ringBuffer("events");
        var others = object.ringBuffer("others");
        var poller = kernel.ringPoller()) {
      poller.add(events, _ -> {});
      poller.add(others, _ -> {});
      for (var builder : BUILDERS) {
        for (int i = 0; i < 10; i++) {
          var reader = Waiting.start(builder, () -> poller.poll(LONG));
          Thread.sleep(i % 4);
          RingEventsContract.emit(object, i % 2 == 0 ? "emit" : "emit_other", 1);
          assertThat(reader.get()).isOne();
        }
      }
    }
  }

  @Test
  void ringAddedWhileSomebodyWaitsWakesIt() throws Exception {
    try (var object = RingEventsContract.load(kernel, 4096);
        var events = object.ringBuffer("events");
        var poller = kernel.ringPoller()) {
      var reader = polled(poller).asleep();
      poller.add(events, _ -> {});
      reader.asleep();
      RingEventsContract.emit(object, "emit", 1);
      assertThat(reader.get()).isOne();
    }
  }

  /// As programs do that have no time to wake anybody.
  @Test
  void readsAtEndOfWaitWhatCameWithoutSignal() throws Exception {
    try (var object = RingEventsContract.load(kernel, 4096);
        var events = object.ringBuffer("events");
        var poller = kernel.ringPoller()) {
      object.variable("wakeup_flags").set(NO_WAKEUP);
      poller.add(events, _ -> {});
      var reader = Waiting.start(() -> poller.poll(Duration.ofMillis(500))).asleep();
      RingEventsContract.emit(object, "emit", 3);
      assertThat(reader.get()).isEqualTo(3);
    }
  }

  @Test
  void closedRingIsReadNoLonger() throws Exception {
    try (var object = RingEventsContract.load(kernel, 4096);
        var others = object.ringBuffer("others");
        var poller = kernel.ringPoller()) {
      for (int i = 0; i < 3; i++) {
        var events = object.ringBuffer("events");
        poller.add(events, _ -> events.close());
        RingEventsContract.emit(object, "emit", 2);
        assertThat(poller.poll(LONG)).isOne();
        assertThat(events.isClosed()).isTrue();
        assertThat(poller.consumeAll()).isZero();
      }
      poller.add(others, _ -> {});
      var again = object.ringBuffer("events");
      poller.add(again, _ -> {});
      assertThat(poller.consumeAll()).isEqualTo(3);
      var reader = polled(poller).asleep();
      again.close();
      RingEventsContract.emit(object, "emit", 1);
      RingEventsContract.emit(object, "emit_other", 1);
      assertThat(reader.get()).isOne();
      assertThatThrownBy(() -> poller.add(again, _ -> {}))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void exceptionOfCallbackLeavesTheRestForTheNextTime() {
    try (var object = RingEventsContract.load(kernel, 4096);
        var events = object.ringBuffer("events");
        var others = object.ringBuffer("others");
        var poller = kernel.ringPoller()) {
      var thrown = new boolean[1];
      poller.add(
          events,
          _ -> {
            if (!thrown[0]) {
              thrown[0] = true;
              throw new IllegalArgumentException("mine");
            }
          });
      poller.add(others, _ -> {});
      RingEventsContract.emit(object, "emit", 3);
      RingEventsContract.emit(object, "emit_other", 1);
      assertThatThrownBy(() -> poller.poll(LONG)).hasMessage("mine");
      assertThat(poller.poll(LONG)).isEqualTo(3);
    }
  }

  @Test
  void closeWakesWhoWaitsAndLeavesRingsOpen() throws Exception {
    try (var object = RingEventsContract.load(kernel, 4096);
        var events = object.ringBuffer("events")) {
      for (var builder : BUILDERS) {
        var poller = kernel.ringPoller();
        poller.add(events, _ -> {});
        var reader = Waiting.start(builder, () -> poller.poll(LONG)).asleep();
        poller.close();
        assertThat(reader.get()).isZero();
        assertThatThrownBy(() -> poller.poll(LONG))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("a poller of rings is closed");
        assertThatThrownBy(() -> poller.add(events, _ -> {}))
            .isInstanceOf(IllegalStateException.class);
        assertThatCode(poller::close).doesNotThrowAnyException();
      }
      RingEventsContract.emit(object, "emit", 1);
      assertThat(events.consume(_ -> {})).isOne();
    }
  }

  @Test
  void wakeupEndsWait() throws Exception {
    try (var poller = kernel.ringPoller()) {
      var reader = polled(poller).asleep();
      poller.wakeup();
      assertThat(reader.get()).isZero();
    }
  }
}
