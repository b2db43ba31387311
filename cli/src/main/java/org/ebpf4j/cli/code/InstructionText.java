package org.ebpf4j.cli.code;

import java.io.PrintWriter;
import java.util.stream.Collectors;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.inspect.TranslatedProgram;

/// Instructions of a program that is alive as lines of text.
///
/// @param code the program
/// @param source whether with the lines of C
record InstructionText(TranslatedProgram code, boolean source) {
  private static final int NOSPEC = 0xc2;

  void print(PrintWriter out) {
    var functions =
        code.functions().stream()
            .collect(
                Collectors.toMap(
                    TranslatedProgram.Function::slot,
                    TranslatedProgram.Function::prototype,
                    (first, _) -> first));
    var last = "";
    for (var line : Disassembler.lines(code.instructions(), code.names())) {
      var function = functions.get(line.slot());
      if (function != null) {
        out.println((line.slot() == 0 ? "" : "\n") + SafeText.line(function) + ":");
        last = "";
      }
      var text = code.line(line.slot()).map(l -> l.describe()).orElse("");
      if (source && !text.isEmpty() && !text.equals(last)) {
        out.println("  ; " + SafeText.line(text));
      }
      last = text;
      out.println("%5d  %s".formatted(line.slot(), SafeText.line(text(code, line))));
    }
  }

  /// The text of a line; some instructions are made by the kernel alone.
  static String text(TranslatedProgram code, Disassembler.Line line) {
    return Slot.opcode(code.instructions().slot(line.slot())) == NOSPEC
        ? "(c2) nospec"
        : line.text();
  }
}
