package org.ebpf4j.linux.inspect;

import java.util.List;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.object.Bytes;

/// The machine code of a program, function by function. A value.
///
/// @param functions its functions, the main one first
public record JitedProgram(List<Function> functions) {
  public JitedProgram {
    functions = List.copyOf(functions);
  }

  /// The machine code of one function.
  ///
  /// @param name its name; empty where the program came without types
  /// @param address where it stands in the kernel; 0 where that is hidden
  /// @param code the machine code
  /// @param lines the lines of C that it came from, in the order of their places
  public record Function(String name, long address, Bytes code, List<Line> lines) {
    public Function {
      lines = List.copyOf(lines);
    }
  }

  /// Where the code of a line of C begins.
  ///
  /// @param offset how many bytes behind the start of the function
  /// @param line the line
  public record Line(int offset, LineInfo line) {}
}
