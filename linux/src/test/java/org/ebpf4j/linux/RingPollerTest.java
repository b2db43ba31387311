package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.ring.RingPoller;
import org.ebpf4j.spi.Waitable;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Several rings in one thread.
@KernelTest
@RequiresKernel(value = "5.12", because = "the programs fetch what they add to")
@Timeout(60)
class RingPollerTest {
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final int NO_WAKEUP = 1;
  private static final List<Thread.Builder> BUILDERS =
      List.of(Thread.ofPlatform().daemon(), Thread.ofVirtual());

  private final LinuxKernel kernel = LinuxKernel.open();

  private static Waiting<Integer> polled(RingPoller poller) {
    return Waiting.start(() -> poller.poll(LONG));
  }

  @Test
  void readsAllOfItsRings() {
    try (var object = RingBufferTest.load(4096);
        var events = object.ringBuffer("events");
        var others = object.ringBuffer("others");
        var poller = kernel.ringPoller()) {
      var read = new ArrayList<String>();
      poller.add(events, record -> read.add("e" + record.get(ValueLayout.JAVA_LONG, 0)));
      poller.add(others.as(RingBufferTest.Event.class), event -> read.add("o" + event.sequence()));
      assertThat(poller).hasToString("poller of 2 rings");
      assertThat(poller.consumeAll()).isZero();
      RingBufferTest.emit(object, "emit", 2);
      RingBufferTest.emit(object, "emit_other", 2);
      assertThat(poller.poll(LONG)).isEqualTo(4);
      assertThat(read).containsExactlyInAnyOrder("e0", "e1", "o2", "o3");
    }
  }

  @Test
  void eachRingWakesWhoWaits() throws Exception {
    try (var object = RingBufferTest.load(4096);
        var events = object.ringBuffer("events");
        var others = object.ringBuffer("others");
        var poller = kernel.ringPoller()) {
      poller.add(events, _ -> {});
      poller.add(others, _ -> {});
      for (var builder : BUILDERS) {
        for (int i = 0; i < 10; i++) {
          var reader = Waiting.start(builder, () -> poller.poll(LONG));
          Thread.sleep(i % 4);
          RingBufferTest.emit(object, i % 2 == 0 ? "emit" : "emit_other", 1);
          assertThat(reader.get()).isOne();
        }
      }
    }
  }

  @Test
  void ringAddedWhileSomebodyWaitsWakesIt() throws Exception {
    try (var object = RingBufferTest.load(4096);
        var events = object.ringBuffer("events");
        var poller = kernel.ringPoller()) {
      var reader = polled(poller).asleep();
      poller.add(events, _ -> {});
      reader.asleep();
      RingBufferTest.emit(object, "emit", 1);
      assertThat(reader.get()).isOne();
    }
  }

  /// As programs do that have no time to wake anybody.
  @Test
  void readsAtEndOfWaitWhatCameWithoutSignal() throws Exception {
    try (var object = RingBufferTest.load(4096);
        var events = object.ringBuffer("events");
        var poller = kernel.ringPoller()) {
      object.variable("wakeup_flags").set(NO_WAKEUP);
      poller.add(events, _ -> {});
      var reader = Waiting.start(() -> poller.poll(Duration.ofMillis(500))).asleep();
      RingBufferTest.emit(object, "emit", 3);
      assertThat(reader.get()).isEqualTo(3);
    }
  }

  @Test
  void closedRingIsReadNoLonger() throws Exception {
    try (var object = RingBufferTest.load(4096);
        var others = object.ringBuffer("others");
        var poller = kernel.ringPoller()) {
      for (int i = 0; i < 3; i++) {
        var events = object.ringBuffer("events");
        poller.add(events, _ -> events.close());
        RingBufferTest.emit(object, "emit", 2);
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
      RingBufferTest.emit(object, "emit", 1);
      RingBufferTest.emit(object, "emit_other", 1);
      assertThat(reader.get()).isOne();
      assertThatThrownBy(() -> poller.add(again, _ -> {}))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void exceptionOfCallbackLeavesTheRestForTheNextTime() {
    try (var object = RingBufferTest.load(4096);
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
      RingBufferTest.emit(object, "emit", 3);
      RingBufferTest.emit(object, "emit_other", 1);
      assertThatThrownBy(() -> poller.poll(LONG)).hasMessage("mine");
      assertThat(poller.poll(LONG)).isEqualTo(3);
    }
  }

  @Test
  void closeWakesWhoWaitsAndLeavesRingsOpen() throws Exception {
    try (var object = RingBufferTest.load(4096);
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
      RingBufferTest.emit(object, "emit", 1);
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

  @Test
  void ringsOfOtherKernelsAreRefused() {
    try (var poller = kernel.ringPoller()) {
      assertThatThrownBy(() -> poller.add(new OtherSource()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'other' is not of this machine's kernel");
      assertThat(poller.consumeAll()).isZero();
    }
  }

  private static final class OtherSource implements org.ebpf4j.ring.EventSource {
    @Override
    public List<? extends Waitable> waitables() {
      return List.<Waitable>of(() -> "other");
    }

    @Override
    public int consume() {
      return 1;
    }

    @Override
    public State state() {
      return State.READY;
    }

    @Override
    public void beforeClose(Runnable action) {
      throw new AssertionError();
    }

    @Override
    public void forget(Runnable action) {
      throw new AssertionError();
    }
  }
}
