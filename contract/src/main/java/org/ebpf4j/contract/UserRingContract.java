package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.UserRingBuffer;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A ring that is written here and read by a program.
@RequiresKernel(value = "6.1", because = "of user ring buffers")
@Timeout(60)
public abstract class UserRingContract {
  private static final Duration LONG = Duration.ofSeconds(50);

  private Kernel kernel;
  private BpfObject object;
  private UserRingBuffer ring;

  record Command(long value, int more) {}

  /// The kernel whose programs read.
  protected abstract Kernel open();

  @BeforeEach
  void load() {
    kernel = open();
    object =
        kernel.load(ObjectSpec.read("ring_commands.bpf.o", TestObjects.bytes("ring_commands")));
    ring = object.userRingBuffer("commands");
  }

  @AfterEach
  void close() {
    ring.close();
    object.close();
    kernel.close();
  }

  private long drain() {
    return object.program("drain").run(RunInput.packet(new byte[64])).returnValue();
  }

  private boolean put(long value) {
    var reserved = ring.reserve(8);
    reserved.ifPresent(record -> {
      record.memory().set(ValueLayout.JAVA_LONG, 0, value);
      record.submit();
    });
    return reserved.isPresent();
  }

  private static <T> CompletableFuture<T> started(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().start(task));
  }

  @Test
  void programGetsWhatIsSubmitted() {
    assertThat(ring.size()).isEqualTo(4096);
    assertThat(ring.name()).isEqualTo("commands");
    assertThat(put(3)).isTrue();
    assertThat(put(4)).isTrue();
    assertThat(ring.pending()).isEqualTo(32);
    assertThat(drain()).isEqualTo(2);
    assertThat(ring.pending()).isZero();
    assertThat(object.variable("sum").get()).isEqualTo(7);
  }

  @Test
  void programGetsValuesWhereverTheRingBegins() {
    var values = ring.as(Command.class);
    for (int round = 1; round <= 100; round++) {
      for (int i = 0; i < 33; i++) {
        assertThat(values.put(new Command(2, 1))).isTrue();
      }
      assertThat(drain()).isEqualTo(33);
      assertThat(object.variable("sum").get()).isEqualTo(66L * round);
    }
  }

  @Test
  void discardedIsSkipped() {
    try (var dropped = ring.reserve(8).orElseThrow()) {
      dropped.memory().set(ValueLayout.JAVA_LONG, 0, 1);
    }
    ring.reserve(100).orElseThrow().discard();
    put(5);
    drain();
    assertThat(object.variable("count").get()).isOne();
    assertThat(object.variable("sum").get()).isEqualTo(5);
    assertThat(ring.pending()).isZero();
  }

  @Test
  void recordThatIsBeingWrittenHoldsBackThoseBehindIt() {
    var first = ring.reserve(8).orElseThrow();
    put(6);
    drain();
    assertThat(object.variable("count").get()).isZero();
    first.memory().set(ValueLayout.JAVA_LONG, 0, 1);
    first.submit();
    drain();
    assertThat(object.variable("sum").get()).isEqualTo(7);
  }

  @Test
  void aFullRingHasRoomWhereTheProgramHasRead() {
    var number = 0;
    while (put(1)) {
      number++;
    }
    // A header of 8 bytes before each.
    assertThat(number).isEqualTo(256);
    assertThat(drain()).isEqualTo(256);
    assertThat(put(1)).isTrue();
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
