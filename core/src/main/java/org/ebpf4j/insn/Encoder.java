package org.ebpf4j.insn;

import org.ebpf4j.insn.Instruction.AddressSpaceCast;
import org.ebpf4j.insn.Instruction.Alu;
import org.ebpf4j.insn.Instruction.Atomic;
import org.ebpf4j.insn.Instruction.ByteSwap;
import org.ebpf4j.insn.Instruction.Call;
import org.ebpf4j.insn.Instruction.Exit;
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

/// Instructions to slots, the inverse of [Decoder].
final class Encoder {
  private Encoder() {}

  /// The only slot of an instruction, or the first of a wide one.
  static long first(Instruction instruction) {
    return switch (instruction) {
      case Alu(var operation, var width, var dst, var source) ->
          withOperand(width.arithmeticClass() | operation.code(), dst, source, operation.offset());
      case Move(var width, var dst, var source, var extension) ->
          withOperand(width.arithmeticClass() | Opcode.MOV, dst, source, extension.bits());
      case AddressSpaceCast(var dst, var src, var to, var from) ->
          Slot.of(
              Opcode.MOV64_REG,
              dst.number(),
              src.number(),
              Opcode.OFFSET_ADDR_SPACE_CAST,
              to << Short.SIZE | from);
      case Negate(var width, var dst) ->
          Slot.of(width.arithmeticClass() | Opcode.NEG, dst.number(), 0, 0, 0);
      case ByteSwap(var target, var size, var dst) ->
          Slot.of(target.opcode(), dst.number(), 0, 0, size.bits());
      case LoadImmediate64 load ->
          Slot.of(Opcode.LD_IMM64, load.dst().number(), load.pseudo(), 0, load.low());
      case LoadPacket.Absolute(var size, var offset) ->
          Slot.of(Opcode.LD | Opcode.ABS | size.code(), 0, 0, 0, offset);
      case LoadPacket.Indirect(var size, var index, var offset) ->
          Slot.of(Opcode.LD | Opcode.IND | size.code(), 0, index.number(), 0, offset);
      case Load(var size, var signed, var dst, var base, var offset) ->
          Slot.of(
              Opcode.LDX | (signed ? Opcode.MEMSX : Opcode.MEM) | size.code(),
              dst.number(),
              base.number(),
              offset,
              0);
      case StoreRegister(var size, var base, var offset, var source) ->
          Slot.of(Opcode.STX | Opcode.MEM | size.code(), base.number(), source.number(), offset, 0);
      case StoreImmediate(var size, var base, var offset, var value) ->
          Slot.of(Opcode.ST | Opcode.MEM | size.code(), base.number(), 0, offset, value);
      case Atomic atomic -> atomic(atomic);
      case Jump.Goto(var offset) -> Slot.of(Opcode.JUMP, 0, 0, offset, 0);
      case Jump.GotoLong(var offset) -> Slot.of(Opcode.JUMP_LONG, 0, 0, 0, offset);
      case Jump.MayGoto(var offset) -> Slot.of(Opcode.MAY_GOTO, 0, 0, offset, 0);
      case Jump.GotoIndirect(var target) -> Slot.of(Opcode.JUMP_INDIRECT, target.number(), 0, 0, 0);
      case JumpIf(var condition, var width, var left, var right, var offset) ->
          withOperand(width.jumpClass() | condition.code(), left, right, offset);
      case Call.Helper(var id) -> Slot.of(Opcode.CALL, 0, 0, 0, id);
      case Call.Subprogram(var offset) -> Slot.of(Opcode.CALL, 0, Opcode.PSEUDO_CALL, 0, offset);
      case Call.Kfunc(var btfId, var moduleIndex) ->
          Slot.of(Opcode.CALL, 0, Opcode.PSEUDO_KFUNC_CALL, moduleIndex, btfId);
      case Exit() -> Slot.of(Opcode.EXIT, 0, 0, 0, 0);
      case Unknown(var slot) -> slot;
    };
  }

  /// The second slot of a wide instruction.
  static long second(LoadImmediate64 load) {
    return Slot.of(0, 0, 0, 0, load.high());
  }

  private static long atomic(Atomic atomic) {
    int opcode = Opcode.STX | Opcode.ATOMIC | atomic.size().code();
    int base = atomic.base().number();
    int register = atomic.register().number();
    int code = atomic.operation().code();
    return atomic.operation() == AtomicOperation.LOAD_ACQUIRE
        ? Slot.of(opcode, register, base, atomic.offset(), code)
        : Slot.of(opcode, base, register, atomic.offset(), code);
  }

  private static long withOperand(int opcode, Register dst, Operand source, int offset) {
    return switch (source) {
      case Register register ->
          Slot.of(opcode | Opcode.X, dst.number(), register.number(), offset, 0);
      case Immediate(var value) -> Slot.of(opcode | Opcode.K, dst.number(), 0, offset, value);
    };
  }
}
