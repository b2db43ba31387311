package org.ebpf4j.vm.step;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ebpf4j.btf.LineInfo;

/// An instruction that a program is about to execute ([org.ebpf4j.vm.VirtualKernel#onStep]). A
/// value.
///
/// @param program the name of the program
/// @param slot the instruction, in 8-byte slots from the start of the program
/// @param instruction the instruction as text, as the verifier writes it
/// @param registers `R0` to `R10` before it
/// @param line the line of C that it came from, where the object says it
@SuppressWarnings("ArrayRecordComponent") // Copied, and never compared.
public record ExecutedInstruction(
    String program, int slot, String instruction, long[] registers, Optional<LineInfo> line) {
  private static final int REGISTERS = 11;

  /// Copies the registers.
  public ExecutedInstruction {
    registers = Arrays.copyOf(registers, REGISTERS);
  }

  @Override
  public long[] registers() {
    return registers.clone();
  }

  /// As one line of JSON: `program`, `slot`, `instruction`, `registers` (11 texts such as
  /// `"0x2a"`), and, where the line of C is known, `file`, `line`, `column` and `source`.
  public String toJson() {
    var out = new StringBuilder("{\"program\":");
    text(out, program);
    out.append(",\"slot\":").append(slot).append(",\"instruction\":");
    text(out, instruction);
    out.append(
        Arrays.stream(registers)
            .mapToObj(value -> "\"0x" + Long.toHexString(value) + '"')
            .collect(Collectors.joining(",", ",\"registers\":[", "]")));
    line.ifPresent(l -> {
      out.append(",\"file\":");
      text(out, l.file());
      out.append(",\"line\":").append(l.line()).append(",\"column\":").append(l.column());
      out.append(",\"source\":");
      text(out, l.text().strip());
    });
    return out.append('}').toString();
  }

  private static void text(StringBuilder out, String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  /// As one line of text: program and number, instruction, line of C.
  @Override
  public String toString() {
    return program
        + ' '
        + slot
        + ": "
        + instruction
        + line.map(l -> "  ; " + l.describe()).orElse("");
  }
}
