package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Programs run by themselves, seen by what they did to what they were given.
@KernelTest
class TestRunTest {
  private final LinuxKernel kernel = LinuxKernel.open();
  private final List<LinuxObject> loaded = new ArrayList<>();

  private LinuxProgram load(String program) {
    loaded.add(kernel.load(Runs.only(Runs.spec("run_types"), program)));
    return object().program(program);
  }

  private LinuxObject object() {
    return loaded.getLast();
  }

  @AfterEach
  void close() {
    loaded.forEach(LinuxObject::close);
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
  void runsAgainWhereRoomWasTooSmall() {
    var program = load("run_tc");
    object().variable("growth").set(1000);
    var result = program.run(RunInput.packet(packet()).growth(10));
    assertThat(result.dataOut()).hasSize(1064);
    assertThat(Runs.number(object(), "runs")).isEqualTo(2);
  }

  @Test
  @RequiresKernel(value = "5.15", because = "contexts of XDP runs")
  void runsXdpWithContext() {
    // data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex
    var input = RunInput.packet(packet()).withContext(words(0, 64, 0, 0, 0, 0));
    var result = load("run_xdp").run(input);
    assertThat(result.returnValue()).isEqualTo(2);
    assertThat(buffer(result.contextOut()).getInt(4)).isEqualTo(64);
    assertThatThrownBy(() ->
            object()
                .program("run_xdp")
                .run(RunInput.packet(packet()).withContext(words(0, 70, 0, 0, 0, 0))))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("data_end the length of the packet");
  }

  @Test
  @RequiresKernel(value = "5.10", because = "runs of raw tracepoints")
  void runsRawTracepointOnEachCpu() {
    var program = load("run_raw_tp");
    var input = RunInput.context(words(30, 0, 3, 0));
    for (int cpu : Cpus.online()) {
      assertThat(program.run(input.cpu(cpu)).returnValue()).isEqualTo(33);
      assertThat(Runs.number(object(), "last_cpu")).isEqualTo(cpu);
    }
    assertThat(program.run(input).returnValue()).isEqualTo(33);
    assertThat(Runs.number(object(), "runs")).isEqualTo(Cpus.online().size() + 1);
    assertThatThrownBy(() -> program.run(input.cpu(1 << 20)))
        .isInstanceOf(KernelException.class)
        .hasMessage(
            "running program 'run_raw_tp' (raw_tracepoint): PROG_TEST_RUN: ENXIO (no such device or"
                + " address): CPU 1048576 is not running");
  }

  @Test
  @RequiresKernel(value = "5.10", because = "runs of raw tracepoints")
  void rawTracepointTakesNeitherPacketNorRepeats() {
    var program = load("run_raw_tp");
    for (var input :
        new RunInput[] {
          RunInput.packet(packet()),
          RunInput.context(words(1, 0, 2, 0)).repeat(2),
          RunInput.context(words(1, 0))
        }) {
      assertThatThrownBy(() -> program.run(input))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
          .hasMessageContaining("take a context with all arguments")
          .hasMessageContaining("no packet, and they are run once");
    }
    assertThat(Runs.number(object(), "runs")).isZero();
  }

  @Test
  @EffectOf("syscall")
  @RequiresKernel(value = "5.14", because = "programs that are system calls")
  void systemCallWritesContext() {
    var program = load("run_syscall");
    var result = program.run(RunInput.context(words(21, 0)));
    assertThat(result.returnValue()).isEqualTo(5);
    assertThat(result.contextOut()).isEqualTo(words(21, 42));
    assertThat(result.dataOut()).isEmpty();
    assertThatThrownBy(() -> program.run(RunInput.context(words(21))))
        .hasMessageContaining("a context as long as the program reads");
  }

  @Test
  @RequiresKernel(value = "5.14", because = "runs of socket lookups")
  void runsSocketLookup() {
    // struct bpf_sk_lookup: a cookie of 8 bytes, family, protocol, remote address (4 + 16), remote
    // port, local address (4 + 16), local port
    var context = new byte[72];
    buffer(context).putInt(8, 2).putInt(12, 6).putInt(60, 4711);
    var result = load("run_sk_lookup").run(RunInput.context(context));
    assertThat(result.returnValue()).isEqualTo(1);
    buffer(context).putInt(60, 4712);
    assertThat(object().program("run_sk_lookup").run(RunInput.context(context)).returnValue())
        .isZero();
  }

  @Test
  void saysThatTypeCannotBeRun() {
    var program = load("run_kprobe");
    assertThatThrownBy(() -> program.run(RunInput.none()))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessage(
            "running program 'run_kprobe' (kprobe): PROG_TEST_RUN: ENOTSUPP (operation not"
                + " supported): this kernel runs programs of that type only where they are"
                + " attached\n"
                + "  try: attach it, and let what it is attached to happen");
  }

  @Test
  void saysWhatPacketItWants() {
    var program = load("run_tc");
    assertThatThrownBy(() -> program.run(RunInput.packet(new byte[13])))
        .hasMessage(
            "running program 'run_tc' (sched_cls): PROG_TEST_RUN: EINVAL (invalid argument): it"
                + " wants a packet of at least 14 bytes (an Ethernet header), not 13");
    assertThatThrownBy(() -> program.run(RunInput.packet(packet()).cpu(0).flags(1)))
        .hasMessageContaining("a CPU be chosen for raw tracepoints only");
    assertThatThrownBy(() -> program.run(RunInput.packet(packet()).liveFrames()))
        .hasMessageContaining("live frames are for XDP");
    assertThatThrownBy(() -> program.run(RunInput.packet(new byte[1 << 26])))
        .isInstanceOf(KernelException.class);
  }

  @Test
  void throwsWhereClosed() {
    var program = load("run_tc");
    program.close();
    assertThatThrownBy(() -> program.run(RunInput.packet(packet())))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesInputThatMakesNoSense() {
    var input = RunInput.packet(packet());
    assertThatThrownBy(() -> input.repeat(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> input.cpu(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> input.liveFrames(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> input.growth(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "of_xdp, 10, 10",
    "of_tc, 10, 10",
    "of_dissector, 10, -1",
    "of_socket, 30, 0",
    "of_cgroup, 30, 0",
    "of_tunnel, 30, 0"
  })
  void seesThePacketFromTheHeaderThatItsTypeHas(String program, int sees, int comesBack) {
    loaded.add(kernel.load(Runs.only(Runs.spec("run_sees"), program)));
    var packet = packet();
    packet[12] = 8; // IPv4
    packet[14] = 30;
    var result = object().program(program).run(RunInput.packet(packet));
    assertThat(object().variable("first").get()).isEqualTo(sees);
    if (comesBack >= 0) {
      assertThat(result.dataOut()).hasSize(64);
      assertThat(result.dataOut()[0]).isEqualTo((byte) comesBack);
      assertThat(result.dataOut()[14]).isEqualTo((byte) 30);
    }
  }
}
