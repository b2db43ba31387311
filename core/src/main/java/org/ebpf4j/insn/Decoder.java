package org.ebpf4j.insn;

import java.util.Optional;
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

/// Slots to instructions. The one rule: a well-formed slot has zeroes where its instruction uses
/// nothing, and everything else is [Unknown]. Nothing here throws.
///
/// What is well-formed follows the kernel's checks ("uses reserved fields") in
/// `kernel/bpf/verifier.c`.
final class Decoder {
  private final long slot;
  private final int opcode;
  private final int dst;
  private final int src;
  private final int offset;
  private final int imm;

  private Decoder(long slot) {
    this.slot = slot;
    this.opcode = Slot.opcode(slot);
    this.dst = Slot.dst(slot);
    this.src = Slot.src(slot);
    this.offset = Slot.offset(slot);
    this.imm = Slot.imm(slot);
  }

  /// The instruction of one slot; a wide opcode is [Unknown] here.
  static Instruction decode(long slot) {
    Decoder decoder = new Decoder(slot);
    return decoder.instruction().orElseGet(() -> new Unknown(slot));
  }

  /// The instruction that begins with a slot of the wide opcode.
  static Instruction decodeWide(long first, long second) {
    boolean wellFormed =
        Slot.offset(first) == 0
            && Register.exists(Slot.dst(first))
            && second == Slot.of(0, 0, 0, 0, Slot.imm(second));
    if (!wellFormed) {
      return new Unknown(first);
    }
    long value = (long) Slot.imm(second) << Integer.SIZE | Integer.toUnsignedLong(Slot.imm(first));
    return new LoadImmediate64(Register.of(Slot.dst(first)), Slot.src(first), value);
  }

  private Optional<Instruction> instruction() {
    if (!Register.exists(dst) || !Register.exists(src)) {
      return Optional.empty();
    }
    return switch (opcode & Opcode.CLASS_MASK) {
      case Opcode.LD -> loadPacket();
      case Opcode.LDX -> load();
      case Opcode.ST -> storeImmediate();
      case Opcode.STX -> storeRegister();
      case Opcode.ALU -> arithmetic(Width.W32);
      case Opcode.ALU64 -> arithmetic(Width.W64);
      case Opcode.JMP -> jump(Width.W64);
      default -> jump(Width.W32);
    };
  }

  private Optional<Instruction> loadPacket() {
    Size size = Size.ofOpcode(opcode);
    if (size == Size.U64 || dst != 0 || offset != 0) {
      return Optional.empty();
    }
    return switch (opcode & Opcode.MODE_MASK) {
      case Opcode.ABS ->
          src == 0 ? Optional.of(new LoadPacket.Absolute(size, imm)) : Optional.empty();
      case Opcode.IND -> Optional.of(new LoadPacket.Indirect(size, Register.of(src), imm));
      default -> Optional.empty();
    };
  }

  private Optional<Instruction> load() {
    Size size = Size.ofOpcode(opcode);
    int mode = opcode & Opcode.MODE_MASK;
    boolean signed = mode == Opcode.MEMSX && size != Size.U64;
    if (imm != 0 || (mode != Opcode.MEM && !signed)) {
      return Optional.empty();
    }
    return Optional.of(new Load(size, signed, Register.of(dst), Register.of(src), offset));
  }

  private Optional<Instruction> storeImmediate() {
    if (src != 0 || (opcode & Opcode.MODE_MASK) != Opcode.MEM) {
      return Optional.empty();
    }
    return Optional.of(new StoreImmediate(Size.ofOpcode(opcode), Register.of(dst), offset, imm));
  }

  private Optional<Instruction> storeRegister() {
    Size size = Size.ofOpcode(opcode);
    return switch (opcode & Opcode.MODE_MASK) {
      case Opcode.MEM ->
          imm == 0
              ? Optional.of(new StoreRegister(size, Register.of(dst), offset, Register.of(src)))
              : Optional.empty();
      case Opcode.ATOMIC ->
          AtomicOperation.of(imm).filter(op -> op.allows(size)).map(op -> atomic(op, size));
      default -> Optional.empty();
    };
  }

  private Instruction atomic(AtomicOperation operation, Size size) {
    return operation == AtomicOperation.LOAD_ACQUIRE
        ? new Atomic(operation, size, Register.of(src), offset, Register.of(dst))
        : new Atomic(operation, size, Register.of(dst), offset, Register.of(src));
  }

  private Optional<Instruction> arithmetic(Width width) {
    return switch (opcode & Opcode.OPERATION_MASK) {
      case Opcode.NEG -> negate(width);
      case Opcode.MOV -> move(width);
      case Opcode.END -> byteSwap();
      default ->
          operand()
              .flatMap(source ->
                  AluOperation.of(opcode & Opcode.OPERATION_MASK, offset)
                      .map(op -> new Alu(op, width, Register.of(dst), source)));
    };
  }

  private Optional<Instruction> negate(Width width) {
    boolean wellFormed =
        (opcode & Opcode.SOURCE_MASK) == Opcode.K && src == 0 && offset == 0 && imm == 0;
    return wellFormed ? Optional.of(new Negate(width, Register.of(dst))) : Optional.empty();
  }

  private Optional<Instruction> move(Width width) {
    if (opcode == Opcode.MOV64_REG && offset == Opcode.OFFSET_ADDR_SPACE_CAST) {
      return Optional.of(
          new AddressSpaceCast(
              Register.of(dst), Register.of(src), imm >>> Short.SIZE, imm & 0xffff));
    }
    return operand()
        .flatMap(source ->
            extension(width).map(from -> new Move(width, Register.of(dst), source, from)));
  }

  private Optional<Extension> extension(Width width) {
    boolean fromRegister = (opcode & Opcode.SOURCE_MASK) == Opcode.X;
    return switch (offset) {
      case 0 -> Optional.of(Extension.NONE);
      case 8 -> fromRegister ? Optional.of(Extension.S8) : Optional.empty();
      case 16 -> fromRegister ? Optional.of(Extension.S16) : Optional.empty();
      case 32 -> fromRegister && width == Width.W64 ? Optional.of(Extension.S32) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private Optional<Instruction> byteSwap() {
    if (src != 0 || offset != 0) {
      return Optional.empty();
    }
    Optional<ByteSwap.Target> target =
        switch (opcode) {
          case Opcode.TO_LE -> Optional.of(ByteSwap.Target.LITTLE_ENDIAN);
          case Opcode.TO_BE -> Optional.of(ByteSwap.Target.BIG_ENDIAN);
          case Opcode.BSWAP -> Optional.of(ByteSwap.Target.REVERSED);
          default -> Optional.empty();
        };
    Optional<Size> size =
        switch (imm) {
          case 16 -> Optional.of(Size.U16);
          case 32 -> Optional.of(Size.U32);
          case 64 -> Optional.of(Size.U64);
          default -> Optional.empty();
        };
    return target.flatMap(to -> size.map(of -> new ByteSwap(to, of, Register.of(dst))));
  }

  private Optional<Instruction> jump(Width width) {
    if (opcode == Opcode.CALL) {
      return call();
    }
    Optional<Instruction> jump =
        switch (opcode) {
          case Opcode.JUMP -> Optional.of(new Jump.Goto(offset));
          case Opcode.JUMP_LONG -> Optional.of(new Jump.GotoLong(imm));
          case Opcode.JUMP_INDIRECT -> Optional.of(new Jump.GotoIndirect(Register.of(dst)));
          case Opcode.MAY_GOTO -> Optional.of(new Jump.MayGoto(offset));
          case Opcode.EXIT -> Optional.of(new Exit());
          default -> jumpIf(width);
        };
    // These use so few of the fields that what they leave is told by encoding them again.
    return jump.filter(instruction -> Encoder.first(instruction) == slot);
  }

  private Optional<Instruction> jumpIf(Width width) {
    return operand()
        .flatMap(right ->
            Condition.of(opcode & Opcode.OPERATION_MASK)
                .map(condition -> new JumpIf(condition, width, Register.of(dst), right, offset)));
  }

  private Optional<Instruction> call() {
    if (dst != 0 || (offset != 0 && src != Opcode.PSEUDO_KFUNC_CALL)) {
      return Optional.empty();
    }
    return switch (src) {
      case 0 -> Optional.of(new Call.Helper(imm));
      case Opcode.PSEUDO_CALL -> Optional.of(new Call.Subprogram(imm));
      case Opcode.PSEUDO_KFUNC_CALL -> Optional.of(new Call.Kfunc(imm, offset));
      default -> Optional.empty();
    };
  }

  /// The second operand by the source bit, unless the field of the other kind is in use.
  private Optional<Operand> operand() {
    if ((opcode & Opcode.SOURCE_MASK) == Opcode.X) {
      return imm == 0 ? Optional.of(Register.of(src)) : Optional.empty();
    }
    return src == 0 ? Optional.of(new Immediate(imm)) : Optional.empty();
  }
}
