package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Programs run by themselves, seen by what they did to what they were given, to their maps and to
/// their variables.
public abstract class RunContract {
  private final List<BpfObject> loaded = new ArrayList<>();
  private Kernel kernel;

  /// The kernel whose programs are run.
  protected abstract Kernel open();

  @BeforeEach
  void openKernel() {
    kernel = open();
  }

  @AfterEach
  void close() {
    loaded.forEach(BpfObject::close);
    kernel.close();
  }

  private static ObjectSpec spec(String name) {
    return ObjectSpec.read(name + ".bpf.o", TestObjects.bytes(name));
  }

  private BpfProgram load(ObjectSpec spec, String program) {
    loaded.add(kernel.load(spec.withEachProgram(p -> p.withAutoload(p.name().equals(program)))));
    return object().program(program);
  }

  private BpfProgram load(String program) {
    return load(spec("run_types"), program);
  }

  private BpfObject object() {
    return loaded.getLast();
  }

  private long number(String variable) {
    return object().variable(variable).get();
  }

  private static byte[] packet() {
    var packet = new byte[64];
    packet[0] = 10;
    packet[1] = 20;
    packet[63] = 63;
    return packet;
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  private static byte[] words(int... words) {
    var bytes = new byte[words.length * 4];
    buffer(bytes).asIntBuffer().put(words);
    return bytes;
  }

  @Test
  void aProgramChangesPacketAndContext() {
    var program = load("run_tc");
    var given = packet();
    var result = program.run(RunInput.packet(given));
    assertThat(result.returnValue()).isEqualTo(64);
    var expected = packet();
    expected[0]++;
    assertThat(result.dataOut()).isEqualTo(expected);
    assertThat(given).isEqualTo(packet());
    // struct __sk_buff: len, pkt_type, mark
    assertThat(buffer(result.contextOut()).getInt(8)).isEqualTo(1);
    assertThat(number("runs")).isEqualTo(1);
  }

  @Test
  void aPacketComesWithItsContext() {
    var context = new byte[192];
    buffer(context).putInt(8, 5);
    var result = load("run_tc").run(RunInput.packet(packet()).withContext(context));
    assertThat(buffer(result.contextOut()).getInt(8)).isEqualTo(11);
  }

  @Test
  void eachRunGetsWhatTheOneBeforeLeft() {
    var result = load("run_tc").run(RunInput.packet(packet()).repeat(100));
    assertThat(result.dataOut()[0]).isEqualTo((byte) 110);
    assertThat(number("runs")).isEqualTo(100);
    assertThat(result.duration()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(10));
  }

  @Test
  void aPacketGrows() {
    var program = load("run_tc");
    object().variable("growth").set(258);
    var result = program.run(RunInput.packet(packet()));
    assertThat(result.returnValue()).isEqualTo(64 + 258);
    assertThat(result.dataOut()).hasSize(64 + 258).startsWith(11, 20);
    assertThat(result.dataOut()[63]).isEqualTo((byte) 63);
  }

  @Test
  void xdpMovesTheHeadOfAPacket() {
    var program = load("run_xdp");
    object().variable("growth").set(4);
    object().variable("verdict").set(3);
    var result = program.run(RunInput.packet(packet()));
    // XDP_TX
    assertThat(result.returnValue()).isEqualTo(3);
    assertThat(result.dataOut()).hasSize(68);
    assertThat(Arrays.copyOfRange(result.dataOut(), 4, 6)).containsExactly(20, 10);
    assertThat(result.contextOut()).isEmpty();
  }

  @Test
  @RequiresKernel(value = "5.10", because = "runs of raw tracepoints")
  void aRawTracepointHasArguments() {
    var program = load("run_raw_tp");
    var input = RunInput.context(words(30, 0, 3, 0));
    assertThat(program.run(input.cpu(0)).returnValue()).isEqualTo(33);
    assertThat(number("last_cpu")).isZero();
    assertThat(program.run(input).returnValue()).isEqualTo(33);
    assertThat(number("runs")).isEqualTo(2);
  }

  @Test
  @RequiresKernel(value = "5.14", because = "programs that are system calls")
  void aSystemCallWritesItsContext() {
    var result = load("run_syscall").run(RunInput.context(words(21, 0)));
    assertThat(result.returnValue()).isEqualTo(5);
    assertThat(result.contextOut()).isEqualTo(words(21, 42));
    assertThat(result.dataOut()).isEmpty();
  }

  @Test
  @RequiresKernel(value = "6.1", because = "the current task as an object in programs of this type")
  void aNullPointerInAnObjectOfTheKernelReadsZero() {
    var result = load(spec("run_null"), "chain").run(RunInput.none());
    assertThat(result.returnValue()).isEqualTo(7);
    assertThat(number("pointer")).isZero();
    assertThat(number("behind")).isZero();
  }

  @Test
  void aPacketHasAnEthernetHeader() {
    var program = load("run_tc");
    assertThatThrownBy(() -> program.run(RunInput.packet(new byte[13])))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
        .hasMessageContaining("14");
  }

  @ParameterizedTest
  @CsvSource({
    "of_xdp, 10, 10",
    "of_tc, 10, 10",
    "of_socket, 30, 0",
    "of_cgroup, 30, 0",
    "of_tunnel, 30, 0"
  })
  void aPacketBeginsWithTheHeaderThatATypeSees(String program, int sees, int comesBack) {
    var packet = packet();
    packet[12] = 8; // IPv4
    packet[14] = 30;
    var result = load(spec("run_sees"), program).run(RunInput.packet(packet));
    assertThat(number("first")).isEqualTo(sees);
    assertThat(result.dataOut()).hasSize(64);
    assertThat(result.dataOut()[0]).isEqualTo((byte) comesBack);
    assertThat(result.dataOut()[14]).isEqualTo((byte) 30);
  }

  @Test
  @RequiresKernel(value = "5.17", because = "bpf_loop")
  void functionsOfTheProgramAreCalled() {
    var object = spec("code_callbacks");
    load(object, "code_loop").run(RunInput.none());
    assertThat(number("loop_sum")).isEqualTo(21);
    var each = load(object, "code_each");
    var numbers = object().map("numbers").as(Integer.class, Long.class);
    for (int i = 0; i < 4; i++) {
      numbers.update(i, 10L * i);
    }
    each.run(RunInput.none());
    assertThat(number("each_sum")).isEqualTo(10 * 2 + 20 * 3 + 30 * 4);
  }

  @Test
  @RequiresKernel(value = "5.10", because = "runs of raw tracepoints")
  void aProgramGoesOnAsAnother() {
    var object = kernel.load(spec("code_tail"));
    loaded.add(object);
    object.program("code_tail").run(RunInput.none());
    assertThat(number("began")).isEqualTo(1);
    assertThat(number("went_on")).isEqualTo(1);
    assertThat(number("came_back")).isZero();
    // An empty slot: it goes on after the call.
    object.variable("where").set(1);
    object.program("code_tail").run(RunInput.none());
    assertThat(number("came_back")).isEqualTo(1);
  }

  record Event(long sequence, int check) {}

  @Test
  @RequiresKernel(value = "5.8", because = "of ring buffers")
  void recordsOfARingAreReadAsValues() {
    var object = kernel.load(spec("ring_events"));
    loaded.add(object);
    try (var ring = object.ringBuffer("events")) {
      object.program("emit").run(RunInput.packet(packet()).repeat(3));
      var events = new ArrayList<Event>();
      assertThat(ring.as(Event.class).poll(Duration.ZERO, events::add)).isEqualTo(3);
      assertThat(events)
          .hasSize(3)
          .allSatisfy(e -> assertThat(e.check()).isEqualTo((int) e.sequence() ^ 0x5a5a5a5a));
    }
  }
}
