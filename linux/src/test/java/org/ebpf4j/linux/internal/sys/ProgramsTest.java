package org.ebpf4j.linux.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Programs of a few instructions, written by hand.
@KernelTest
class ProgramsTest {
  private static final long EXIT = Slot.of(0x95, 0, 0, 0, 0);
  private static final Instructions SEVEN = Instructions.of(Slot.of(0xb7, 0, 0, 0, 7), EXIT);

  private static ProgramLoad load(ProgramType type, Instructions instructions) {
    return ProgramLoad.of(
        type.number(), instructions.toBytes(ByteOrder.nativeOrder()), "GPL", "by_hand");
  }

  private static byte[] words(int... words) {
    var buffer = ByteBuffer.allocate(words.length * 4).order(ByteOrder.nativeOrder());
    for (var word : words) {
      buffer.putInt(word);
    }
    return buffer.array();
  }

  @Test
  void runsProgramOnPacket() {
    var load = load(ProgramType.SCHED_CLS, SEVEN);
    try (var program = Bpf.progLoad(load, 0, 0).result().fd()) {
      var packet = new byte[64];
      packet[63] = 9;
      var outcome = Bpf.progRun(program.number(), ProgramRun.ofData(packet, 8));
      assertThat(outcome.errno()).isZero();
      assertThat(outcome.returnValue()).isEqualTo(7);
      assertThat(outcome.data()).isEqualTo(packet);
      assertThat(outcome.context()).isEmpty();
    }
  }

  @Test
  void tellsPacketThatDoesNotComeBackWhole() {
    try (var program = Bpf.progLoad(load(ProgramType.SCHED_CLS, SEVEN), 0, 0).result().fd()) {
      var packet = new byte[64];
      packet[1] = 1;
      var run = new ProgramRun(packet, 2, new byte[0], 0, 3, 0, 0, 0);
      var outcome = Bpf.progRun(program.number(), run);
      assertThat(outcome.errno()).isEqualTo(Errno.ENOSPC);
      assertThat(outcome.data()).containsExactly(0, 1);
    }
  }

  @Test
  @RequiresKernel(value = "5.10", because = "runs of raw tracepoints")
  void runsProgramOnContext() {
    // r0 = *(u64 *)(r1 + 8)
    var second = Instructions.of(Slot.of(0x79, 0, 1, 8, 0), EXIT);
    try (var program = Bpf.progLoad(load(ProgramType.RAW_TRACEPOINT, second), 0, 0).result().fd()) {
      var outcome = Bpf.progRun(program.number(), ProgramRun.ofContext(words(1, 0, 33, 0)));
      assertThat(outcome.errno()).isZero();
      assertThat(outcome.returnValue()).isEqualTo(33);
    }
  }

  @Test
  @RequiresKernel(value = "5.14", because = "programs that are system calls")
  void runsProgramThatIsSystemCall() {
    // r0 = *(u32 *)(r1 + 0); r2 = 5; *(u32 *)(r1 + 4) = r2
    var write =
        Instructions.of(
            Slot.of(0x61, 0, 1, 0, 0), Slot.of(0xb7, 2, 0, 0, 5), Slot.of(0x63, 1, 2, 4, 0), EXIT);
    // BPF_F_SLEEPABLE
    var load = load(ProgramType.SYSCALL, write);
    var sleepable =
        new ProgramLoad(
            load.type(),
            load.instructions(),
            load.license(),
            load.name(),
            0,
            1 << 4,
            0,
            load.types(),
            load.target(),
            load.fdArray(),
            0);
    try (var program = Bpf.progLoad(sleepable, 0, 0).result().fd()) {
      var outcome = Bpf.progRun(program.number(), ProgramRun.ofContext(words(1, 2)));
      assertThat(outcome.errno()).isZero();
      assertThat(outcome.returnValue()).isEqualTo(1);
      assertThat(outcome.context()).isEqualTo(words(1, 5));
    }
  }

  @Test
  void passesTypesAndRecords() {
    try (var types = BtfCommands.load(TestBtf.function()).fd()) {
      var load =
          load(ProgramType.SOCKET_FILTER, SEVEN)
              .withTypes(ProgramLoad.Types.of(types.number(), words(0, 3), new byte[0]));
      try (var program = Bpf.progLoad(load, 0, 0).result().fd()) {
        var info = ObjectInfo.program(program.number());
        assertThat(info.name()).isEqualTo("by_hand");
        assertThat(info.translatedBytes()).isEqualTo(16);
      }
    }
  }

  /// Records of lines of some later kernel, with more than this one knows.
  @Test
  void passesRecordsLongerThanKernelKnows() {
    try (var types = BtfCommands.load(TestBtf.function()).fd()) {
      var load =
          load(ProgramType.SOCKET_FILTER, SEVEN)
              .withTypes(
                  new ProgramLoad.Types(
                      types.number(),
                      words(0, 3, 77),
                      12,
                      words(0, 1, 1, 1 << 10, 78, 79, 1, 1, 1, 2 << 10, 80, 81),
                      24));
      Bpf.progLoad(load, 0, 0).result().fd().close();
    }
  }

  @Test
  @RequiresKernel(value = "5.16", because = "the count of verified instructions")
  void tellsWhatVerifierDid() {
    try (var program = Bpf.progLoad(load(ProgramType.SOCKET_FILTER, SEVEN), 0, 0).result().fd()) {
      assertThat(ObjectInfo.program(program.number()).verifiedInstructions()).isEqualTo(2);
    }
  }

  @Test
  @RequiresKernel(value = "5.10", because = "PROG_BIND_MAP")
  void bindsMap() {
    try (var program = Bpf.progLoad(load(ProgramType.SOCKET_FILTER, SEVEN), 0, 0).result().fd();
        var map = Bpf.mapCreate(MapCreate.of(2, 4, 4, 1, "bound")).fd()) {
      assertThat(Bpf.progBindMap(program.number(), map.number())).isZero();
      assertThat(ObjectInfo.program(program.number()).mapIds())
          .containsExactly(ObjectInfo.map(map.number()).id());
      assertThat(Bpf.progBindMap(map.number(), map.number())).isEqualTo(Errno.EINVAL);
    }
  }

  @Test
  @RequiresKernel(value = "5.14", because = "lists of descriptors")
  void passesListOfDescriptors() {
    try (var map = Bpf.mapCreate(MapCreate.of(2, 4, 4, 1, "listed")).fd()) {
      // r1 = the map at index 1 of the list; r0 = 0
      var slots = Instructions.of(Slot.of(0x18, 1, 5, 0, 1), 0, Slot.of(0xb7, 0, 0, 0, 0), EXIT);
      var load = load(ProgramType.SOCKET_FILTER, slots);
      var listed =
          new ProgramLoad(
              load.type(),
              load.instructions(),
              load.license(),
              load.name(),
              0,
              0,
              0,
              load.types(),
              load.target(),
              new int[] {0, map.number()},
              0);
      try (var program = Bpf.progLoad(listed, 0, 0).result().fd()) {
        assertThat(ObjectInfo.program(program.number()).mapIds())
            .containsExactly(ObjectInfo.map(map.number()).id());
      }
    }
  }

  @Test
  @RequiresKernel(value = "6.9", because = "tokens")
  void passesTargetAndToken() {
    var load = load(ProgramType.TRACING, SEVEN).withAttachType(23);
    var outcome = Bpf.progLoad(load.withTarget(new ProgramLoad.Target(0xfffff, 0)), 1, 4096);
    assertThat(outcome.result().ok()).isFalse();
    assertThat(outcome.log()).contains("attach_btf_id 1048575");
    try (var map = Bpf.mapCreate(MapCreate.of(2, 4, 4, 1, "no_token")).fd()) {
      assertThat(
              Bpf.progLoad(load(ProgramType.XDP, SEVEN).withToken(map.number()), 0, 0)
                  .result()
                  .errno())
          .isEqualTo(Errno.EINVAL);
    }
  }

  @Test
  void tellsWhatIsWrongWithTypes() {
    var broken = TestBtf.of("\0int\0", 1, 1 << 24, 3, 1 << 24 | 32);
    var loaded = BtfCommands.load(broken, 0, 1, 4096);
    assertThat(loaded.result().errno()).isEqualTo(Errno.EINVAL);
    assertThat(loaded.log()).contains("nr_bits exceeds type_size");
    assertThat(BtfCommands.load(broken, 0, 0, 0))
        .isEqualTo(new BtfCommands.Loaded(new Result(null, Errno.EINVAL), "", 0));
  }

  @Test
  void givesTypesBack() {
    var bytes = TestBtf.function();
    try (var types = BtfCommands.load(bytes).fd()) {
      var info = ObjectInfo.types(types.number());
      assertThat(info.bytes()).isEqualTo(bytes);
      assertThat(info.name()).isEmpty();
      assertThat(info.kernel()).isFalse();
      assertThat(info.id()).isPositive();
      assertThat(ObjectInfo.typesHeader(types.number()).size()).isEqualTo(bytes.length);
    }
  }
}
