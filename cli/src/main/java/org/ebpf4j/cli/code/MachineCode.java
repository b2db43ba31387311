package org.ebpf4j.cli.code;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.inspect.JitedProgram;

/// The machine code of a program, as bytes.
final class MachineCode {
  private static final int IN_A_LINE = 16;
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  private MachineCode() {}

  /// Prints the bytes of each function, sixteen in a line; a line of C begins a new one.
  static void text(PrintWriter out, JitedProgram program, boolean source) {
    var first = true;
    for (var function : program.functions()) {
      out.println(
          (first ? "" : "\n")
              + (function.name().isEmpty() ? "function" : SafeText.line(function.name()))
              + (function.address() == 0 ? "" : " at 0x" + Long.toHexString(function.address()))
              + ", "
              + function.code().size()
              + " bytes:");
      first = false;
      var code = function.code().toArray();
      var starts = new ArrayList<Integer>();
      if (source) {
        function.lines().forEach(line -> starts.add(line.offset()));
      }
      for (int at = 0; at < code.length; ) {
        if (source) {
          for (var line : function.lines()) {
            if (line.offset() == at) {
              out.println("  ; " + SafeText.line(line.line().describe()));
            }
          }
        }
        var from = at;
        var end =
            starts.stream()
                .filter(start -> start > from)
                .mapToInt(start -> start)
                .reduce(Math.min(code.length, at + IN_A_LINE), Math::min);
        out.println("%5x:  %s".formatted(at, HEX.formatHex(Arrays.copyOfRange(code, at, end))));
        at = end;
      }
    }
  }

  /// Prints an object for each function.
  static void json(PrintWriter out, JitedProgram program, boolean lines) {
    var all =
        program.functions().stream()
            .map(function ->
                Json.object(json ->
                    json.put("name", function.name())
                        .put(
                            "address",
                            function.address() == 0
                                ? null
                                : "0x" + Long.toHexString(function.address()))
                        .put("size", function.code().size())
                        .put("code", HexFormat.of().formatHex(function.code().toArray()))
                        .putObjects(
                            "lines",
                            function.lines(),
                            (fields, line) ->
                                fields
                                    .put("offset", line.offset())
                                    .put("file", line.line().file())
                                    .put("line", line.line().line())
                                    .put("column", line.line().column())
                                    .put("text", line.line().text()))))
            .toList();
    JsonList.print(out, lines, all);
  }
}
