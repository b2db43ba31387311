package org.ebpf4j.junit.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.RunInput;
import org.ebpf4j.TraceStream;
import org.ebpf4j.codec.Length;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.junit.BpfTest;
import org.ebpf4j.junit.Hooks;
import org.ebpf4j.junit.KernelKind;
import org.ebpf4j.junit.Map;
import org.ebpf4j.junit.Variable;
import org.ebpf4j.program.Xdp;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.ring.TypedRingBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each step of the guide does what it says, on the JVM, on the virtual kernel and on Linux.
class GuideTest {
  private static final Path ROOT = Path.of(System.getProperty("ebpf4j.root", ".."));
  private static final int FROM = 0x0a00_0001;

  static Stream<Class<?>> steps() {
    return Stream.of(
        Hello.class,
        Calls.class,
        Chosen.class,
        Numbers.class,
        Starts.class,
        Ports.class,
        Networks.class,
        Sizes.class,
        Parents.class,
        RateLimiter.class);
  }

  @ParameterizedTest
  @MethodSource("steps")
  void theGuideHasThisClass(Class<?> step) throws IOException {
    var source =
        Files.readString(
            ROOT.resolve("junit/src/test/java/" + step.getName().replace('.', '/') + ".java"));
    var shown = source.substring(source.indexOf("\nclass ") + 1);
    assertThat(Files.readString(ROOT.resolve("docs/java-programs.md")))
        .contains("```java\n" + shown + "```");
  }

  /// IPv4 with the beginning of a transport header.
  private static RunInput packet(int protocol, int port, int length) {
    var packet = ByteBuffer.allocate(length);
    packet.putShort(12, (short) 0x0800);
    packet.put(14, (byte) 0x45).put(23, (byte) protocol).putInt(26, FROM);
    packet.putShort(36, (short) port);
    return RunInput.packet(packet.array());
  }

  private static RunInput arguments(long... values) {
    var context = ByteBuffer.allocate(96).order(ByteOrder.nativeOrder());
    for (int i = 0; i < values.length; i++) {
      context.putLong(8 * i, values[i]);
    }
    return RunInput.context(context.array());
  }

  @BpfTest(classes = Hello.class, attach = true)
  void saysHello(Hooks hooks, TraceStream trace) throws Exception {
    hooks.fire(
        "tracepoint:syscalls/sys_enter_execve", () -> new ProcessBuilder("true").start().waitFor());
    var line = trace.poll(Duration.ofSeconds(5)).orElseThrow();
    assertThat(line.raw()).contains("Hello from Java, process ");
  }

  @BpfTest(classes = Calls.class)
  void countsCalls(BpfProgram count, @Map("counts") BpfMap<Integer, Long> counts) {
    var me = (int) ProcessHandle.current().pid();
    count.run(arguments());
    count.run(arguments());
    assertThat(counts.lookup(me).orElseThrow()).isGreaterThanOrEqualTo(2);
  }

  @BpfTest(classes = Chosen.class)
  void countsThoseOfOneProcess(
      BpfProgram count,
      @Variable("process") BpfVariable process,
      @Variable("calls") BpfVariable calls) {
    assertThat(count.run(arguments()).returnValue()).isEqualTo(1);
    process.set(1);
    assertThat(count.run(arguments()).returnValue()).isZero();
    process.set(ProcessHandle.current().pid());
    assertThat(count.run(arguments()).returnValue()).isEqualTo(1);
    assertThat(calls.get()).isEqualTo(2);
  }

  record Call(int process, int number) {}

  @BpfTest(classes = Numbers.class)
  void countsNumbers(
      BpfProgram count,
      @Map("calls") BpfMap<Call, Long> calls,
      @Map("all") BpfMap<Integer, PerCpu<Long>> all) {
    count.run(arguments(0, 59));
    count.run(arguments(0, 59));
    count.run(arguments(0, 1));
    var me = (int) ProcessHandle.current().pid();
    assertThat(calls.lookup(new Call(me, 59))).hasValue(2L);
    assertThat(calls.lookup(new Call(me, 1))).hasValue(1L);
    var total = new AtomicLong();
    all.lookup(0).orElseThrow().values().forEach(total::addAndGet);
    assertThat(total).hasValue(3);
  }

  record Start(long time, int process, int user, @Length(16) String name) {}

  @BpfTest(classes = Starts.class)
  void tellsWhoStarts(BpfProgram started, @Map("starts") TypedRingBuffer<Start> starts)
      throws Exception {
    assertThat(started.run(arguments()).returnValue()).isZero();
    var seen = new ArrayList<Start>();
    starts.poll(Duration.ofSeconds(5), seen::add);
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst().process()).isEqualTo((int) ProcessHandle.current().pid());
    assertThat(seen.getFirst().name()).isNotEmpty();
    assertThat(seen.getFirst().time()).isNotZero();
  }

  @BpfTest(classes = Ports.class)
  void dropsTelnet(BpfProgram program) {
    assertThat(program.run(packet(6, 23, 60)).returnValue()).isEqualTo(Xdp.DROP);
    assertThat(program.run(packet(6, 24, 60)).returnValue()).isEqualTo(Xdp.PASS);
    assertThat(program.run(packet(17, 23, 60)).returnValue()).isEqualTo(Xdp.PASS);
    assertThat(program.run(packet(6, 23, 60)).returnValue()).isEqualTo(Xdp.DROP);
    assertThat(program.run(RunInput.packet(new byte[20])).returnValue()).isEqualTo(Xdp.PASS);
  }

  record Network(int length, int address) {}

  @BpfTest(classes = Networks.class)
  void dropsNetworks(BpfProgram program, @Map("blocked") BpfMap<Network, Long> blocked) {
    var tenSlashEight = new Network(8, 10);
    blocked.update(tenSlashEight, 0L);
    assertThat(program.run(packet(6, 23, 60)).returnValue()).isEqualTo(Xdp.DROP);
    blocked.delete(tenSlashEight);
    assertThat(program.run(packet(6, 23, 60)).returnValue()).isEqualTo(Xdp.PASS);
  }

  @SuppressWarnings("ArrayRecordComponent") // Read, never compared.
  record Histogram(@Length(16) int[] slots) {}

  @BpfTest(classes = Sizes.class)
  void measuresPackets(BpfProgram program, @Map("sizes") BpfMap<Integer, Histogram> sizes) {
    program.run(packet(6, 1, 60));
    program.run(packet(6, 1, 64));
    program.run(packet(6, 1, 127));
    var slots = sizes.lookup(0).orElseThrow().slots();
    assertThat(slots[5]).isEqualTo(1);
    assertThat(slots[6]).isEqualTo(2);
  }

  /// A task of the JVM.
  record FakeTask(int tgid, Parents.@Nullable Task parent) implements Parents.Task {
    @Override
    public Parents.Task real_parent() {
      return Objects.requireNonNull(parent);
    }
  }

  @BpfTest(
      classes = Parents.class,
      kernels = {KernelKind.JVM, KernelKind.LINUX},
      attach = true)
  void knowsParents(
      Hooks hooks, Environment environment, @Map("parents") BpfMap<Integer, Integer> parents)
      throws Exception {
    var parent = new FakeTask((int) ProcessHandle.current().pid(), new FakeTask(0, null));
    environment.answer("bpf_get_current_task", _ -> new FakeTask(4242, parent));
    var child = new AtomicLong(4242);
    hooks.fire(
        "tracepoint:sched/sched_process_exec",
        () -> {
          var process = new ProcessBuilder("sleep", "0.2").start();
          child.set(process.pid());
          process.waitFor();
        });
    assertThat(parents.lookup((int) child.get())).hasValue((int) ProcessHandle.current().pid());
  }

  @BpfTest(classes = RateLimiter.class, set = "perSecond=1")
  void limitsPackets(
      BpfProgram limit,
      @Variable("dropped") BpfVariable dropped,
      @Variable("perSecond") BpfVariable perSecond) {
    for (int i = 0; i < 10; i++) {
      assertThat(limit.run(packet(6, 80, 60)).returnValue()).as("packet " + i).isEqualTo(Xdp.PASS);
    }
    assertThat(limit.run(packet(6, 80, 60)).returnValue()).isEqualTo(Xdp.DROP);
    assertThat(dropped.get()).isEqualTo(1);
    perSecond.set(1_000_000_000);
    assertThat(limit.run(packet(6, 80, 60)).returnValue()).isEqualTo(Xdp.PASS);
  }
}
