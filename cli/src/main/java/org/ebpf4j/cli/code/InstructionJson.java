package org.ebpf4j.cli.code;

import java.io.PrintWriter;
import java.util.Locale;
import org.ebpf4j.cli.text.InstructionFields;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.insn.Disassembler;
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
    return Json.object(json -> {
      InstructionFields.put(
          json, code.instructions(), line, function(line.slot()), InstructionText.text(code, line));
      var reference = code.references().get(line.slot());
      if (reference == null) {
        json.put("refers_to", null);
      } else {
        reference(json, reference);
      }
      InstructionFields.source(
          json,
          code.lines().stream().filter(l -> l.slot() == line.slot()).findFirst().orElse(null));
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
}
