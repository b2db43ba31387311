package org.ebpf4j.cli.code;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalLong;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.inspect.TranslatedProgram;
import org.ebpf4j.linux.inspect.TranslatedProgram.Reference;

/// Instructions of a program that is alive as JSON: an object for each, with its fields.
///
/// @param code the program
record InstructionJson(TranslatedProgram code) {
  void print(PrintWriter out, boolean lines) {
    var list = new JsonList(out, lines);
    for (var line : Disassembler.lines(code.instructions(), code.names())) {
      list.add(object(line));
    }
    list.end();
  }

  private String object(Disassembler.Line line) {
    var slot = code.instructions().slot(line.slot());
    var instruction = code.instructions().at(line.slot());
    return Json.object(json -> {
      json.put("slot", line.slot())
          .put("function", function(line.slot()))
          .put("kind", kind(instruction))
          .put("text", InstructionText.text(code, line))
          .put("opcode", Slot.opcode(slot))
          .put("dst", Slot.dst(slot))
          .put("src", Slot.src(slot))
          .put("off", Slot.offset(slot))
          .put("imm", immediate(line.slot(), slot))
          .putOptional("target", target(line.slot(), instruction));
      var reference = code.references().get(line.slot());
      if (reference != null) {
        reference(json, reference);
      }
      code.lines().stream()
          .filter(l -> l.slot() == line.slot())
          .findFirst()
          .ifPresent(l ->
              json.putObject(
                  "source",
                  source ->
                      source
                          .put("file", l.file())
                          .put("line", l.line())
                          .put("column", l.column())
                          .put("text", l.text())));
    });
  }

  private static void reference(Json.Fields json, Reference reference) {
    json.putObject(
        "refers_to",
        fields -> {
          fields
              .put("kind", reference.kind().name().toLowerCase(Locale.ROOT))
              .put("name", reference.name().isEmpty() ? null : reference.name());
          switch (reference.kind()) {
            case MAP -> fields.put("id", reference.number());
            case MAP_VALUE ->
                fields.put("id", reference.number()).put("offset", reference.offset());
            case SUBPROGRAM -> fields.put("slot", reference.number());
            case KERNEL_FUNCTION, KERNEL_SYMBOL ->
                fields.put(
                    "address",
                    reference.number() == 0 ? null : "0x" + Long.toHexString(reference.number()));
          }
        });
  }

  private String function(int slot) {
    var name = "";
    for (var function : code.functions()) {
      if (function.slot() <= slot) {
        name = function.name();
      }
    }
    return name;
  }

  private long immediate(int at, long slot) {
    return Slot.isWide(slot) && at + 1 < code.instructions().size()
        ? (long) Slot.imm(code.instructions().slot(at + 1)) << 32
            | Integer.toUnsignedLong(Slot.imm(slot))
        : Slot.imm(slot);
  }

  /// Where a jump or a call of a subprogram goes.
  static OptionalLong target(int slot, Instruction instruction) {
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
