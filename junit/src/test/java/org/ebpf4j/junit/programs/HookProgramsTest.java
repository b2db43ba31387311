package org.ebpf4j.junit.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.RawMap;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.context.ContextStruct;
import org.ebpf4j.junit.BpfTest;
import org.ebpf4j.junit.Hooks;
import org.ebpf4j.junit.KernelKind;
import org.ebpf4j.junit.LinuxAction;
import org.ebpf4j.junit.Map;
import org.ebpf4j.junit.Program;
import org.ebpf4j.program.Xdp;

/// Programs of more types in Java do the same on the JVM, on the virtual kernel and on Linux.
class HookProgramsTest {
  private static int key(int kind) {
    return (int) ProcessHandle.current().pid() << 4 | kind;
  }

  private static void reached(
      Hooks hooks, BpfMap<Integer, Long> hits, String place, int kind, LinuxAction action)
      throws Exception {
    hooks.fire(place, action);
    assertThat(hits.lookup(key(kind)).orElse(0L)).as(place).isPositive();
  }

  /// This machine's kernel may have no kprobes.
  @BpfTest(
      classes = HookPrograms.class,
      programs = {"sleeps", "slept", "entersGetpid"},
      kernels = {KernelKind.JVM, KernelKind.VIRTUAL},
      attach = true)
  void placesOfTheKernelAreReached(Hooks hooks, @Map("hits") BpfMap<Integer, Long> hits)
      throws Exception {
    LinuxAction sleep = () -> LockSupport.parkNanos(1_000_000);
    reached(hooks, hits, "kprobe:do_nanosleep", 1, () -> Thread.sleep(1));
    reached(hooks, hits, "kretprobe:do_nanosleep", 2, sleep);
  }

  @BpfTest(classes = HookPrograms.class, programs = "sampled")
  void cpusAreSampled(Hooks hooks, BpfProgram program, @Map("hits") BpfMap<Integer, Long> hits)
      throws Exception {
    try (var _ = program.attach(PerfEvent.frequency(PerfEvent.Counter.CPU_CLOCK, 500))) {
      hooks.fire("perf_event:cpu-clock,freq=500", HookProgramsTest::spin);
    }
    assertThat(hits.lookup(key(4)).orElse(0L)).isPositive();
  }

  /// Has a CPU for long enough to be sampled.
  private static void spin() {
    var end = System.nanoTime() + 200_000_000L;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static int run(BpfProgram program, int length, int first) {
    var packet = new byte[length];
    packet[0] = (byte) first;
    packet[12] = 8;
    return program.run(RunInput.packet(packet)).returnValue();
  }

  @BpfTest(
      classes = HookPrograms.class,
      programs = {"actsOnLong", "letsIn", "letsOut", "sends"})
  void lengthsDecide(
      @Program("actsOnLong") BpfProgram action,
      @Program("letsIn") BpfProgram in,
      @Program("letsOut") BpfProgram out,
      @Program("sends") BpfProgram sends) {
    assertThat(run(action, 64, 0)).isZero();
    assertThat(run(action, 65, 0)).isEqualTo(2);
    // These see packets without the 14 bytes of Ethernet.
    assertThat(run(in, 14 + 64, 0)).isZero();
    assertThat(run(in, 14 + 65, 0)).isEqualTo(2);
    assertThat(run(out, 14 + 65, 0)).isZero();
    assertThat(run(out, 14 + 66, 0)).isEqualTo(2);
    assertThat(run(sends, 14 + 66, 0)).isZero();
    assertThat(run(sends, 14 + 67, 0)).isEqualTo(2);
  }

  @BpfTest(classes = HookPrograms.class, programs = "looksUp")
  void aSocketIsChosen(BpfProgram program) {
    var struct = ContextStruct.named("bpf_sk_lookup");
    var context = ByteBuffer.allocate(struct.size()).order(ByteOrder.nativeOrder());
    context.putInt(struct.field("family").offset(), 2);
    context.putInt(struct.field("protocol").offset(), 6);
    context.putInt(struct.field("local_port").offset(), 80);
    assertThat(program.run(RunInput.context(context.array())).returnValue()).isEqualTo(1);
    context.putInt(struct.field("local_port").offset(), 81);
    assertThat(program.run(RunInput.context(context.array())).returnValue()).isZero();
    context.putInt(struct.field("protocol").offset(), 17);
    assertThat(program.run(RunInput.context(context.array())).returnValue()).isEqualTo(1);
  }

  @BpfTest(
      classes = HookPrograms.class,
      programs = {"goesOn", "goesOnAgain", "drops"})
  void aProgramGoesOnWithAnother(
      @Program("goesOn") BpfProgram program, @Map("next") RawMap next, BpfObject object) {
    assertThat(run(program, 20, 0)).isEqualTo(Xdp.PASS);
    next.programs().set(0, object.program("drops"));
    assertThat(run(program, 20, 0)).isEqualTo(Xdp.DROP);
    next.programs().set(2, object.program("goesOnAgain"));
    assertThat(run(program, 20, 2)).isEqualTo(Xdp.TX);
    next.programs().set(1, object.program("drops"));
    assertThat(run(program, 20, 2)).isEqualTo(Xdp.DROP);
    assertThat(run(program, 20, 3)).isEqualTo(Xdp.PASS);
  }
}
