package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.UserRingBuffer;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A ring that is written here and read by a program.
@RequiresKernel(value = "6.1", because = "of user ring buffers")
public abstract class UserRingContract {
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
}
