package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.ring.UserRingBuffer;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A ring that is written here and read by a program.
@KernelTest
@RequiresKernel(value = "6.1", because = "user ring buffers")
@Timeout(60)
class UserRingBufferTest {
  private static final Duration LONG = Duration.ofSeconds(50);

  private LinuxObject object;
  private UserRingBuffer ring;

  record Command(long value, int more) {}

  @BeforeEach
  void open() {
    object = LinuxKernel.open().load(Run.spec("ring_commands"));
    ring = object.userRingBuffer("commands");
  }

  @AfterEach
  void close() {
    ring.close();
    object.close();
  }

  private long drain() {
    return Run.onPacket(object, "drain");
  }

  private static <T> CompletableFuture<T> started(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().start(task));
  }

  private boolean put(long value) {
    var reserved = ring.reserve(8);
    reserved.ifPresent(record -> {
      record.memory().set(ValueLayout.JAVA_LONG, 0, value);
      record.submit();
    });
    return reserved.isPresent();
  }

  @Test
  void reservationIsUsedOnce() {
    var reserved = ring.reserve(8).orElseThrow();
    var memory = reserved.memory();
    assertThat(memory.byteSize()).isEqualTo(8);
    assertThatThrownBy(() -> memory.set(ValueLayout.JAVA_LONG, 8, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(started(() -> assertThatThrownBy(reserved::submit)).join())
        .satisfies(thrown -> thrown.isInstanceOf(WrongThreadException.class));
    memory.set(ValueLayout.JAVA_LONG, 0, 1);
    reserved.submit();
    assertThatThrownBy(reserved::submit).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(reserved::discard).isInstanceOf(IllegalStateException.class);
    reserved.close();
    assertThatThrownBy(() -> memory.set(ValueLayout.JAVA_LONG, 0, 2))
        .isInstanceOf(IllegalStateException.class);
    drain();
    assertThat(object.variable("sum").get()).isOne();
  }

  @Test
  void fullRingHasNoRoomUntilProgramReads() throws Exception {
    var number = 0;
    while (put(1)) {
      number++;
    }
    assertThat(number).isEqualTo(256);
    assertThat(ring.reserve(8, Duration.ofMillis(1))).isEmpty();
    for (int i = 0; i < 10; i++) {
      var waiting =
          started(() -> {
            ring.reserve(8, LONG).orElseThrow().submit();
            return true;
          });
      Thread.sleep(i % 3);
      drain();
      assertThat(waiting.get()).isTrue();
      while (put(1)) {
        number++;
      }
    }
  }

  @Test
  void severalThreadsWaitForRoom() throws Exception {
    var values = ring.as(Command.class);
    var writers = new ArrayList<CompletableFuture<Boolean>>();
    for (int t = 0; t < 4; t++) {
      writers.add(
          started(() -> {
            for (int i = 0; i < 500; i++) {
              assertThat(values.put(new Command(1, 0), LONG)).isTrue();
            }
            return true;
          }));
    }
    while (object.variable("count").get() < 2000) {
      drain();
    }
    for (var writer : writers) {
      assertThat(writer.get()).isTrue();
    }
    assertThat(object.variable("sum").get()).isEqualTo(2000);
  }

  @Test
  void closeEndsWaitsAndSparesReservations() throws Exception {
    var reserved = ring.reserve(4080).orElseThrow();
    var writers = new ArrayList<Waiting<Boolean>>();
    for (int i = 0; i < 3; i++) {
      writers.add(Waiting.start(() -> ring.reserve(8, LONG).isEmpty()));
    }
    writers.forEach(Waiting::asleep);
    ring.close();
    for (var writer : writers) {
      assertThat(writer.get()).isTrue();
    }
    reserved.memory().set(ValueLayout.JAVA_LONG, 0, 9);
    reserved.submit();
    drain();
    assertThat(object.variable("sum").get()).isEqualTo(9);
    assertThatThrownBy(() -> ring.reserve(8))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("user ring buffer 'commands' is closed");
    assertThatThrownBy(ring::pending).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void interruptionEndsWait() throws Exception {
    var reserved = ring.reserve(4080).orElseThrow();
    var writer =
        Waiting.start(
                Thread.ofVirtual(),
                () -> ring.reserve(8, LONG) + " " + Thread.currentThread().isInterrupted())
            .asleep();
    writer.interrupt();
    assertThat(writer.get()).isEqualTo("Optional.empty true");
    reserved.discard();
  }

  @Test
  void lengthsAreChecked() {
    assertThatThrownBy(() -> ring.reserve(4089))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a record of 4089 bytes does not fit user ring buffer 'commands' of 4096 bytes");
    assertThatThrownBy(() -> ring.reserve(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ring.reserve(Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
    ring.reserve(4088).orElseThrow().discard();
    assertThatThrownBy(() -> object.userRingBuffer(".bss"))
        .isInstanceOf(BpfException.class)
        .hasMessage("map '.bss' is no user ring buffer (user_ringbuf): its type is array");
  }
}
