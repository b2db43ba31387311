package org.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.ebpf4j.insn.Register.R0;
import static org.ebpf4j.insn.Register.R1;
import static org.ebpf4j.insn.Register.R10;
import static org.ebpf4j.insn.Register.R2;

import java.util.List;
import org.ebpf4j.insn.Instruction.AddressSpaceCast;
import org.ebpf4j.insn.Instruction.Alu;
import org.ebpf4j.insn.Instruction.Atomic;
import org.ebpf4j.insn.Instruction.ByteSwap;
import org.ebpf4j.insn.Instruction.Call;
import org.ebpf4j.insn.Instruction.Exit;
import org.ebpf4j.insn.Instruction.Extension;
import org.ebpf4j.insn.Instruction.Jump;
import org.ebpf4j.insn.Instruction.JumpIf;
import org.ebpf4j.insn.Instruction.Load;
import org.ebpf4j.insn.Instruction.LoadImmediate64;
import org.ebpf4j.insn.Instruction.LoadPacket;
import org.ebpf4j.insn.Instruction.Move;
import org.ebpf4j.insn.Instruction.Negate;
import org.ebpf4j.insn.Instruction.StoreImmediate;
import org.ebpf4j.insn.Instruction.StoreRegister;
import org.ebpf4j.insn.Instruction.Unknown;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class InstructionTest {
  /// Each kind, and its slot worked out by hand from RFC 9669.
  static List<Arguments> encodings() {
    return List.of(
        pair(new Alu(AluOperation.ADD, Width.W64, R1, new Immediate(-8)), 0x07, 1, 0, 0, -8),
        pair(new Alu(AluOperation.SUB, Width.W32, R1, R2), 0x1c, 1, 2, 0, 0),
        pair(new Alu(AluOperation.DIV, Width.W64, R1, R2), 0x3f, 1, 2, 0, 0),
        pair(new Alu(AluOperation.SDIV, Width.W64, R1, R2), 0x3f, 1, 2, 1, 0),
        pair(new Alu(AluOperation.SMOD, Width.W32, R1, new Immediate(3)), 0x94, 1, 0, 1, 3),
        pair(new Move(Width.W64, R0, new Immediate(5)), 0xb7, 0, 0, 0, 5),
        pair(new Move(Width.W64, R1, R10), 0xbf, 1, 10, 0, 0),
        pair(new Move(Width.W64, R1, R2, Extension.S32), 0xbf, 1, 2, 32, 0),
        pair(new Move(Width.W32, R1, R2, Extension.S8), 0xbc, 1, 2, 8, 0),
        pair(new AddressSpaceCast(R1, R2, 0, 1), 0xbf, 1, 2, 1, 1),
        pair(new AddressSpaceCast(R1, R2, 1, 0), 0xbf, 1, 2, 1, 0x10000),
        pair(new AddressSpaceCast(R1, R2, 0xffff, 2), 0xbf, 1, 2, 1, 0xffff0002),
        pair(new Negate(Width.W32, R2), 0x84, 2, 0, 0, 0),
        pair(new Negate(Width.W64, R2), 0x87, 2, 0, 0, 0),
        pair(swap(ByteSwap.Target.LITTLE_ENDIAN, Size.U16), 0xd4, 1, 0, 0, 16),
        pair(swap(ByteSwap.Target.BIG_ENDIAN, Size.U32), 0xdc, 1, 0, 0, 32),
        pair(swap(ByteSwap.Target.REVERSED, Size.U64), 0xd7, 1, 0, 0, 64),
        pair(new LoadPacket.Absolute(Size.U8, 12), 0x30, 0, 0, 0, 12),
        pair(new LoadPacket.Indirect(Size.U16, R2, 12), 0x48, 0, 2, 0, 12),
        pair(new Load(Size.U64, R1, R10, -16), 0x79, 1, 10, -16, 0),
        pair(new Load(Size.U32, true, R1, R10, 4), 0x81, 1, 10, 4, 0),
        pair(new StoreRegister(Size.U8, R10, -1, R1), 0x73, 10, 1, -1, 0),
        pair(new StoreImmediate(Size.U16, R10, -2, 7), 0x6a, 10, 0, -2, 7),
        pair(atomic(AtomicOperation.ADD, Size.U32), 0xc3, 1, 2, 8, 0),
        pair(atomic(AtomicOperation.FETCH_XOR, Size.U64), 0xdb, 1, 2, 8, 0xa1),
        pair(atomic(AtomicOperation.CMPXCHG, Size.U64), 0xdb, 1, 2, 8, 0xf1),
        pair(atomic(AtomicOperation.LOAD_ACQUIRE, Size.U8), 0xd3, 2, 1, 8, 0x100),
        pair(atomic(AtomicOperation.STORE_RELEASE, Size.U16), 0xcb, 1, 2, 8, 0x110),
        pair(new Jump.Goto(-5), 0x05, 0, 0, -5, 0),
        pair(new Jump.GotoLong(70_000), 0x06, 0, 0, 0, 70_000),
        pair(new Jump.MayGoto(3), 0xe5, 0, 0, 3, 0),
        pair(new Jump.GotoIndirect(R2), 0x0d, 2, 0, 0, 0),
        pair(new JumpIf(Condition.SLE, Width.W64, R1, R2, 9), 0xdd, 1, 2, 9, 0),
        pair(new JumpIf(Condition.EQ, Width.W32, R1, new Immediate(4), 9), 0x16, 1, 0, 9, 4),
        pair(new Call.Helper(6), 0x85, 0, 0, 0, 6),
        pair(new Call.Subprogram(-3), 0x85, 0, 1, 0, -3),
        pair(new Call.Kfunc(1234, 2), 0x85, 0, 2, 2, 1234),
        pair(new Exit(), 0x95, 0, 0, 0, 0));
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void hasOneEncoding(Instruction instruction, long slot) {
    Instructions encoded = Instructions.assemble(instruction);
    assertThat(encoded.toSlots()).containsExactly(slot);
    assertThat(encoded.at(0)).isEqualTo(instruction);
    assertThat(instruction.slots()).isEqualTo(1);
  }

  @Test
  void aLoadOf64BitsKeepsBothImmediatesAndWhatTheyStandFor() {
    var load = new LoadImmediate64(R1, Opcode.PSEUDO_MAP_VALUE, 0x00000010_fffffffdL);
    assertThat(Instructions.assemble(load).toSlots())
        .containsExactly(Slot.of(0x18, 1, 2, 0, -3), Slot.of(0, 0, 0, 0, 16));
    assertThat(load.low()).isEqualTo(-3);
    assertThat(load.high()).isEqualTo(16);
    assertThat(load.slots()).isEqualTo(2);
  }

  @Test
  void whatIsUnusedMustBeZero() {
    for (Arguments encoding : encodings()) {
      Object[] pair = encoding.get();
      long slot = (long) pair[1];
      for (int bit = 0; bit < Long.SIZE; bit++) {
        Instructions changed = Instructions.of(slot ^ 1L << bit);
        assertThat(changed.at(0)).isNotEqualTo(pair[0]);
        assertThat(Instructions.assemble(changed.at(0))).isEqualTo(changed);
      }
    }
    assertUnknown(Slot.of(Opcode.EXIT, 0, 0, 0, 1));
    assertUnknown(Slot.of(Opcode.MOV64_REG, 1, 2, 0, 1));
    assertUnknown(Slot.of(Opcode.MOV64_IMM, 1, 2, 0, 1));
    assertUnknown(Slot.of(Opcode.MOV32_REG, 1, 2, 32, 0));
    assertUnknown(Slot.of(Opcode.MOV64_IMM, 1, 0, 8, 1));
    assertUnknown(Slot.of(Opcode.ADD64_IMM, 1, 0, 1, 1));
    assertUnknown(Slot.of(Opcode.CALL, 0, 1, 1, 1));
  }

  @Test
  void registersAbove10DoNotExist() {
    assertUnknown(Slot.of(Opcode.MOV64_REG, 11, 1, 0, 0));
    assertUnknown(Slot.of(Opcode.MOV64_REG, 1, 11, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Register.of(11));
    assertThat(Register.of(10)).isEqualTo(R10);
  }

  @Test
  void refusesWhatHasNoEncoding() {
    List.<Runnable>of(
            () -> new Move(Width.W32, R1, R2, Extension.S32),
            () -> new Move(Width.W64, R1, new Immediate(1), Extension.S8),
            () -> new AddressSpaceCast(R1, R2, 0x10000, 0),
            () -> new AddressSpaceCast(R1, R2, 0, -1),
            () -> swap(ByteSwap.Target.REVERSED, Size.U8),
            () -> new LoadImmediate64(R1, 16, 0),
            () -> new LoadPacket.Absolute(Size.U64, 0),
            () -> new LoadPacket.Indirect(Size.U64, R1, 0),
            () -> new Load(Size.U64, true, R1, R2, 0),
            () -> new Load(Size.U64, R1, R2, 0x8000),
            () -> new StoreRegister(Size.U8, R1, -0x8001, R2),
            () -> new StoreImmediate(Size.U8, R1, 0x8000, 0),
            () -> atomic(AtomicOperation.XCHG, Size.U16),
            () -> new Jump.Goto(0x8000),
            () -> new Jump.MayGoto(0x8000),
            () -> new JumpIf(Condition.EQ, Width.W64, R1, R2, 0x8000),
            () -> new Call.Kfunc(1, 0x8000))
        .forEach(making -> assertThatIllegalArgumentException().isThrownBy(making::run));
  }

  private static void assertUnknown(long slot) {
    assertThat(Instructions.of(slot).at(0)).isEqualTo(new Unknown(slot));
  }

  private static Instruction swap(ByteSwap.Target target, Size size) {
    return new ByteSwap(target, size, R1);
  }

  private static Instruction atomic(AtomicOperation operation, Size size) {
    return new Atomic(operation, size, R1, 8, R2);
  }

  private static Arguments pair(
      Instruction instruction, int opcode, int dst, int src, int offset, int imm) {
    return Arguments.of(instruction, Slot.of(opcode, dst, src, offset, imm));
  }
}
