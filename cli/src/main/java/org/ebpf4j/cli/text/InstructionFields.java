package org.ebpf4j.cli.text;

import java.util.OptionalLong;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.jspecify.annotations.Nullable;

/// The fields of an instruction in JSON, whether it is of a file or of a program that is alive.
public final class InstructionFields {
  private InstructionFields() {}

  /// Puts where it is, what it is, and its parts.
  ///
  /// @param function the name of the function that it is in
  /// @param text what it does
  public static void put(
      Json.Fields json,
      Instructions instructions,
      Disassembler.Line line,
      String function,
      String text) {
    var slot = instructions.slot(line.slot());
    var instruction = instructions.at(line.slot());
    json.put("slot", line.slot())
        .put("function", function)
        .put("kind", kind(instruction))
        .put("text", text)
        .put("opcode", Slot.opcode(slot))
        .put("dst", Slot.dst(slot))
        .put("src", Slot.src(slot))
        .put("off", Slot.offset(slot))
        .put("imm", immediate(instructions, line.slot(), slot))
        .putOptional("target", target(line.slot(), instruction));
  }

  /// Puts the line of C that it came from; null where that is not known.
  public static void source(Json.Fields json, @Nullable LineInfo line) {
    if (line == null) {
      json.put("source", null);
      return;
    }
    json.putObject(
        "source",
        source ->
            source
                .put("file", line.file())
                .put("line", line.line())
                .put("column", line.column())
                .put("text", line.text()));
  }

  private static long immediate(Instructions instructions, int at, long slot) {
    return Slot.isWide(slot) && at + 1 < instructions.size()
        ? (long) Slot.imm(instructions.slot(at + 1)) << 32 | Integer.toUnsignedLong(Slot.imm(slot))
        : Slot.imm(slot);
  }

  /// Where a jump or a call of a subprogram goes.
  public static OptionalLong target(int slot, Instruction instruction) {
    return switch (instruction) {
      case Instruction.Jump.Goto(var offset) -> OptionalLong.of(slot + 1L + offset);
      case Instruction.Jump.GotoLong(var offset) -> OptionalLong.of(slot + 1L + offset);
      case Instruction.Jump.MayGoto(var offset) -> OptionalLong.of(slot + 1L + offset);
      case Instruction.JumpIf jump -> OptionalLong.of(slot + 1L + jump.offset());
      case Instruction.Call.Subprogram(var offset) -> OptionalLong.of(slot + 1L + offset);
      default -> OptionalLong.empty();
    };
  }

  /// The class of an instruction, as its opcode has it.
  private static String kind(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Call _ -> "call";
      case Instruction.Exit _ -> "exit";
      case Instruction.Jump _, Instruction.JumpIf _ -> "jump";
      case Instruction.Load _, Instruction.LoadImmediate64 _, Instruction.LoadPacket _ -> "load";
      case Instruction.StoreImmediate _, Instruction.StoreRegister _ -> "store";
      case Instruction.Atomic _ -> "atomic";
      case Instruction.Unknown(var bits) when Slot.opcode(bits) == (Opcode.ST | Opcode.ATOMIC) ->
          "barrier";
      case Instruction.Unknown _ -> "unknown";
      default -> "alu";
    };
  }
}
