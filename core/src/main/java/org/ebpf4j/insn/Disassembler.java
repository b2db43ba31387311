package org.ebpf4j.insn;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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

/// Instructions as text, in the notation of the kernel's verifier log, such as `(63) *(u32 *)(r10
/// -4) = r1`: the opcode in hex, then C-like text in which `r` is a 64-bit register and `w` its low
/// half. Constants are decimal, but hexadecimal and unsigned in comparisons and 64-bit loads. Its
/// functions are pure, and any thread may call them.
///
/// The notation is that of `print_bpf_insn` in `kernel/bpf/disasm.c`. An [Unknown] slot is printed
/// as `(xx) unknown` and the slot in hex, where the kernel has various texts.
public final class Disassembler {
  private Disassembler() {}

  /// Names for what instructions refer to.
  @FunctionalInterface
  public interface Names {
    /// No names.
    Names NONE = _ -> Optional.empty();

    /// What the instruction at a slot refers to, if it has a name: for a 64-bit load the text after
    /// `= `, such as `map[events]` or `map[.rodata]+16`; for a call the function.
    Optional<String> reference(int slot);
  }

  /// One instruction of a listing.
  ///
  /// @param slot the position of its first slot
  /// @param byteOffset the same in bytes
  public record Line(int slot, int byteOffset, String text) {}

  /// The text of an instruction.
  public static String text(Instruction instruction) {
    return text(instruction, Names.NONE);
  }

  /// The text of a lone instruction: the names are asked for slot 0.
  public static String text(Instruction instruction, Names names) {
    return text(0, instruction, names);
  }

  /// The text of the instruction at a slot.
  public static String text(int slot, Instruction instruction, Names names) {
    int opcode = Slot.opcode(Encoder.first(instruction));
    return "(" + HexFormat.of().toHexDigits((byte) opcode) + ") " + body(slot, instruction, names);
  }

  /// All instructions, in order; the second slot of a wide instruction has no line.
  public static List<Line> lines(Instructions instructions, Names names) {
    List<Line> lines = new ArrayList<>();
    instructions.forEach((slot, instruction) ->
        lines.add(new Line(slot, slot * Slot.BYTES, text(slot, instruction, names))));
    return List.copyOf(lines);
  }

  private static String body(int slot, Instruction instruction, Names names) {
    return switch (instruction) {
      case Alu(var operation, var width, var dst, var source) ->
          name(width, dst) + " " + operation.symbol() + " " + decimal(width, source);
      case Move(var width, var dst, var source, var extension) ->
          name(width, dst) + " = " + cast(extension) + decimal(width, source);
      case AddressSpaceCast(var dst, var src, var to, var from) ->
          name(dst) + " = addr_space_cast(" + name(src) + ", " + to + ", " + from + ")";
      case Negate(var width, var dst) -> name(width, dst) + " = -" + name(width, dst);
      case ByteSwap(var target, var size, var dst) ->
          name(dst) + " = " + swap(target) + size.bits() + " " + name(dst);
      case LoadImmediate64(var dst, _, var value) ->
          name(dst) + " = " + names.reference(slot).orElseGet(() -> "0x" + Long.toHexString(value));
      case LoadPacket.Absolute(var size, var offset) ->
          "r0 = *(" + unsigned(size) + " *)skb[" + offset + "]";
      case LoadPacket.Indirect(var size, var index, var offset) ->
          "r0 = *(" + unsigned(size) + " *)skb[" + name(index) + " + " + offset + "]";
      case Load(var size, var signed, var dst, var base, var offset) ->
          name(dst) + " = *" + memory(signed ? "s" + size.bits() : unsigned(size), base, offset);
      case StoreRegister(var size, var base, var offset, var source) ->
          "*" + memory(unsigned(size), base, offset) + " = " + name(source);
      case StoreImmediate(var size, var base, var offset, var value) ->
          "*" + memory(unsigned(size), base, offset) + " = " + value;
      case Atomic atomic -> atomic(atomic);
      case Jump.Goto(var offset) -> "goto " + target(offset);
      case Jump.GotoLong(var offset) -> "gotol " + target(offset);
      case Jump.MayGoto(var offset) -> "may_goto " + target(offset);
      case Jump.GotoIndirect(var register) -> "gotox " + name(register);
      case JumpIf(var condition, var width, var left, var right, var offset) ->
          "if "
              + name(width, left)
              + " "
              + condition.symbol()
              + " "
              + hex(width, right)
              + " goto "
              + target(offset);
      case Call call -> "call " + names.reference(slot).orElseGet(() -> function(call));
      case Exit() -> "exit";
      case Unknown(var bits) -> "unknown 0x" + HexFormat.of().toHexDigits(bits);
    };
  }

  private static String atomic(Atomic atomic) {
    String memory = memory(unsigned(atomic.size()), atomic.base(), atomic.offset());
    String register = name(atomic.register());
    String prefix = atomic.size() == Size.U64 ? "atomic64_" : "atomic_";
    return switch (atomic.operation()) {
      case ADD -> "lock *" + memory + " += " + register;
      case OR -> "lock *" + memory + " |= " + register;
      case AND -> "lock *" + memory + " &= " + register;
      case XOR -> "lock *" + memory + " ^= " + register;
      case FETCH_ADD -> fetch(prefix + "fetch_add", memory, register);
      case FETCH_OR -> fetch(prefix + "fetch_or", memory, register);
      case FETCH_AND -> fetch(prefix + "fetch_and", memory, register);
      case FETCH_XOR -> fetch(prefix + "fetch_xor", memory, register);
      case XCHG -> fetch(prefix + "xchg", memory, register);
      case CMPXCHG -> "r0 = " + prefix + "cmpxchg(" + memory + ", r0, " + register + ")";
      case LOAD_ACQUIRE -> register + " = load_acquire(" + memory + ")";
      case STORE_RELEASE -> "store_release(" + memory + ", " + register + ")";
    };
  }

  private static String fetch(String function, String memory, String register) {
    return register + " = " + function + "(" + memory + ", " + register + ")";
  }

  private static String function(Call call) {
    return switch (call) {
      case Call.Helper(var id) -> helper(id) + "#" + id;
      case Call.Subprogram(var offset) -> target(offset);
      case Call.Kfunc(var btfId, _) -> "kernel-function#" + btfId;
    };
  }

  private static String helper(int id) {
    // The kernel's own table of names has an entry 0, though nothing can be called by it.
    return HelperFunction.name(id).orElse(id == 0 ? "bpf_unspec" : "unknown");
  }

  private static String swap(ByteSwap.Target target) {
    return switch (target) {
      case LITTLE_ENDIAN -> "le";
      case BIG_ENDIAN -> "be";
      case REVERSED -> "bswap";
    };
  }

  private static String cast(Extension extension) {
    return extension == Extension.NONE ? "" : "(s" + extension.bits() + ")";
  }

  private static String decimal(Width width, Operand operand) {
    return switch (operand) {
      case Register register -> name(width, register);
      case Immediate(var value) -> Integer.toString(value);
    };
  }

  private static String hex(Width width, Operand operand) {
    return switch (operand) {
      case Register register -> name(width, register);
      case Immediate(var value) -> "0x" + Integer.toHexString(value);
    };
  }

  private static String memory(String type, Register base, int offset) {
    return "(" + type + " *)(" + name(base) + " " + signed(offset) + ")";
  }

  private static String unsigned(Size size) {
    return "u" + size.bits();
  }

  private static String target(int offset) {
    return "pc" + signed(offset);
  }

  private static String signed(int value) {
    return value < 0 ? Integer.toString(value) : "+" + value;
  }

  private static String name(Register register) {
    return "r" + register.number();
  }

  private static String name(Width width, Register register) {
    return switch (width) {
      case W32 -> "w" + register.number();
      case W64 -> name(register);
    };
  }
}
