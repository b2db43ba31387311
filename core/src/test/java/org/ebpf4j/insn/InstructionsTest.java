package org.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InstructionsTest {
  private static final Instruction LOAD = new Instruction.LoadImmediate64(Register.R1, -2L);
  private static final Instruction EXIT = new Instruction.Exit();

  @Test
  void readsLittleEndianBytes() {
    byte[] bytes = HexFormat.of().parseHex("7b1af8ff01020304");
    assertThat(Instructions.read(bytes, ByteOrder.LITTLE_ENDIAN))
        .isEqualTo(Instructions.of(Slot.of(0x7b, 10, 1, -8, 0x04030201)));
  }

  @Test
  void readsBigEndianBytesWithTheDestinationInTheHighNibble() {
    byte[] bytes = HexFormat.of().parseHex("7ba1fff804030201");
    assertThat(Instructions.read(bytes, ByteOrder.BIG_ENDIAN))
        .isEqualTo(Instructions.of(Slot.of(0x7b, 10, 1, -8, 0x04030201)));
  }

  @Test
  void writesTheBytesThatItRead() {
    byte[] bytes = HexFormat.of().parseHex("7ba1fff804030201fedcba9876543210");
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      assertThat(Instructions.read(bytes, order).toBytes(order)).isEqualTo(bytes);
    }
  }

  @Test
  void readsABufferFromItsPositionInItsOrderAndLeavesItThere() {
    ByteBuffer buffer = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(8, Slot.of(0x95, 0, 0, 0, 0)).position(8).limit(16);
    assertThat(Instructions.read(buffer)).isEqualTo(Instructions.assemble(EXIT));
    assertThat(buffer.position()).isEqualTo(8);
  }

  @Test
  void refusesBytesThatAreNoWholeSlots() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Instructions.read(new byte[12], ByteOrder.LITTLE_ENDIAN))
        .withMessageContaining("12 bytes");
  }

  @Test
  void keepsNoArrayOfTheCaller() {
    long[] slots = {1, 2};
    Instructions instructions = Instructions.of(slots);
    slots[0] = 9;
    instructions.toSlots()[1] = 9;
    assertThat(instructions.toSlots()).containsExactly(1, 2);
  }

  @Test
  void countsSlots() {
    Instructions instructions = Instructions.assemble(LOAD, EXIT);
    assertThat(instructions.size()).isEqualTo(3);
    assertThat(instructions.slot(0)).isEqualTo(0xfffffffe_00000118L);
    assertThat(instructions.slot(1)).isEqualTo(0xffffffff_00000000L);
  }

  @Test
  void walksOverTheSecondSlotOfAWideInstruction() {
    List<Integer> places = new ArrayList<>();
    List<Instruction> walked = new ArrayList<>();
    Instructions.assemble(LOAD, EXIT)
        .forEach((slot, instruction) -> {
          places.add(slot);
          walked.add(instruction);
        });
    assertThat(places).containsExactly(0, 2);
    assertThat(walked).containsExactly(LOAD, EXIT);
  }

  @Test
  void aWideOpcodeInTheLastSlotIsUnknown() {
    Instructions cut = Instructions.assemble(LOAD).slice(0, 1);
    assertThat(cut.at(0)).isEqualTo(new Instruction.Unknown(cut.slot(0)));
  }

  @Test
  void theSecondSlotOfAWideInstructionAloneIsUnknown() {
    Instructions load = Instructions.assemble(LOAD);
    assertThat(load.at(1)).isEqualTo(new Instruction.Unknown(load.slot(1)));
  }

  @Test
  void aWideOpcodeBeforeAnotherInstructionIsUnknownAndTheOtherIsKept() {
    List<Instruction> walked = new ArrayList<>();
    Instructions.of(Slot.of(Opcode.LD_IMM64, 1, 0, 0, 7), Slot.of(Opcode.EXIT, 0, 0, 0, 0))
        .forEach((_, instruction) -> walked.add(instruction));
    assertThat(walked).hasExactlyElementsOfTypes(Instruction.Unknown.class, Instruction.Exit.class);
  }

  @Test
  void slices() {
    Instructions whole = Instructions.assemble(EXIT, LOAD, EXIT);
    assertThat(whole.slice(1, 3)).isEqualTo(Instructions.assemble(LOAD));
    assertThat(whole.slice(4, 4).size()).isZero();
    assertThatThrownBy(() -> whole.slice(2, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> whole.at(4)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void equalsByContentAndPrintsIt() {
    Instructions one = Instructions.assemble(LOAD, EXIT);
    Instructions other = Instructions.assemble(List.of(LOAD, EXIT));
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).isNotEqualTo(one.slice(0, 2));
    assertThat(one).hasToString("0: (18) r1 = 0xfffffffffffffffe\n2: (95) exit");
  }
}
