package org.ebpf4j.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.junit.jupiter.api.Test;

/// Programs of so many functions or instructions that the limits of the kernel show.
final class ManyFunctionsTest {
  private static final int EXECUTABLE = 6;

  /// An object with one section `socket`, in which `count` functions of `size` instructions each
  /// call the next; the first is global.
  private static byte[] chain(int count, int size) {
    var names = "\0socket\0.symtab\0.strtab\0f\0".getBytes(StandardCharsets.US_ASCII);
    var code = 64;
    var symbols = code + count * size * 8;
    var strings = symbols + (count + 1) * 24;
    var headers = strings + names.length;
    var file = ByteBuffer.allocate(headers + 4 * 64).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).putShort(16, (short) 1);
    file.putShort(18, (short) 247).putLong(40, headers).putShort(58, (short) 64);
    file.putShort(60, (short) 4).putShort(62, (short) 3);
    for (int i = 0; i < count * size; i++) {
      file.putLong(code + 8 * i, Slot.of(Opcode.EXIT, 0, 0, 0, 0));
    }
    for (int i = 0; i < count; i++) {
      if (i + 1 < count) {
        file.putLong(code + 8 * i * size, Slot.of(Opcode.CALL, 0, Opcode.PSEUDO_CALL, 0, size - 1));
      }
      file.position(symbols + 24 * (i + 1));
      file.putInt(24).put((byte) (i == 0 ? 0x12 : 0x02)).put((byte) 0).putShort((short) 1);
      file.putLong(8L * i * size).putLong(8L * size);
    }
    file.put(strings, names);
    header(file, headers + 64, 1, 1, EXECUTABLE, code, symbols - code, 0);
    header(file, headers + 128, 8, 2, 0, symbols, strings - symbols, 3);
    header(file, headers + 192, 16, 3, 0, strings, names.length, 0);
    return file.array();
  }

  private static void header(
      ByteBuffer file, int at, int name, int type, long flags, long offset, long size, int link) {
    file.putInt(at, name).putInt(at + 4, type).putLong(at + 8, flags);
    file.putLong(at + 24, offset).putLong(at + 32, size).putInt(at + 40, link);
  }

  @Test
  void takesAsManyFunctionsAsTheKernel() {
    var program = ObjectSpec.read("t.o", chain(256, 2)).programs().getFirst();
    assertThat(program.subprograms()).hasSize(256);
    assertThat(program.subprograms().getLast().slot()).isEqualTo(510);
    assertThat(Slot.imm(program.instructions().slot(508))).isEqualTo(1);
  }

  @Test
  void rejectsMoreFunctionsThanTheKernelTakes() {
    var bytes = chain(257, 2);
    assertThatThrownBy(() -> ObjectSpec.read("t.o", bytes))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessage(
            "t.o, section socket, offset 0x1040: program 'f' is made of more than 256 functions, which no kernel takes");
  }

  @Test
  void rejectsALongChainOfFunctionsWithoutRunningOutOfStack() {
    var bytes = chain(100_000, 1);
    assertThatThrownBy(() -> ObjectSpec.read("t.o", bytes))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("more than 256 functions");
  }

  @Test
  void rejectsMoreInstructionsThanTheKernelTakes() {
    assertThat(
            ObjectSpec.read("t.o", chain(2, 500_000)).programs().getFirst().instructions().size())
        .isEqualTo(1_000_000);
    var bytes = chain(2, 500_001);
    assertThatThrownBy(() -> ObjectSpec.read("t.o", bytes))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessage(
            "t.o, section socket, offset 0x%x: program 'f' has more than 1000000 instructions, which no kernel takes"
                .formatted(64 + 8 * 500_001));
  }
}
