package org.ebpf4j.cli.code;

import java.util.ArrayList;
import java.util.Optional;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.inspect.TranslatedProgram;

/// Instructions as `bpftool -j prog dump xlated` has them.
final class BpftoolCode {
  private BpftoolCode() {}

  static String json(TranslatedProgram code) {
    var objects = new ArrayList<String>();
    for (var line : Disassembler.lines(code.instructions(), names(code))) {
      objects.add(
          Json.object(json -> {
            code.functions().stream()
                .filter(f -> f.slot() == line.slot())
                .findFirst()
                .ifPresent(f -> json.put("proto", prototype(f.prototype())));
            code.lines().stream()
                .filter(l -> l.slot() == line.slot())
                .map(LineInfo::text)
                .map(String::stripLeading)
                .findFirst()
                .ifPresent(text -> json.put("src", text));
            json.put("disasm", InstructionText.text(code, line));
          }));
    }
    return "[" + String.join(",", objects) + "]";
  }

  /// It sets a star apart on both sides.
  private static String prototype(String text) {
    return text.replace("*", "* ").replace("* )", "*)").replace("* ,", "*,");
  }

  private static Disassembler.Names names(TranslatedProgram code) {
    return slot -> {
      var reference = code.references().get(slot);
      if (reference == null) {
        return Optional.empty();
      }
      var raw = code.instructions().slot(slot);
      return Optional.of(
          switch (reference.kind()) {
            case MAP -> "map[id:" + reference.number() + "]";
            case MAP_VALUE -> "map[id:" + reference.number() + "][0]+" + reference.offset();
            case SUBPROGRAM ->
                Slot.isWide(raw)
                    ? "subprog[%+d]".formatted(Slot.imm(raw))
                    : "pc%+d#%s".formatted(Slot.imm(raw), symbol(code, reference.number()));
            case KERNEL_FUNCTION ->
                (reference.name().isEmpty() ? "unknown" : reference.name()) + "#" + Slot.imm(raw);
            case KERNEL_SYMBOL -> "0x" + Long.toHexString(reference.number());
          });
    };
  }

  private static String symbol(TranslatedProgram code, long slot) {
    return code.functions().stream()
        .filter(f -> f.slot() == slot)
        .map(TranslatedProgram.Function::symbol)
        .findFirst()
        .orElse("");
  }
}
