package org.ebpf4j.vm.coverage;

import java.util.Optional;
import org.ebpf4j.btf.LineInfo;

/// How often one instruction was executed. A value.
///
/// @param place which one it is
/// @param executed how often
/// @param branch how often it went which way, for a conditional jump
public record InstructionCoverage(Place place, long executed, Optional<Branch> branch) {
  /// Where an instruction is, and where it came from.
  ///
  /// @param slot its slot, from the start of its function
  /// @param file the source file, as clang was given it; empty where the object does not say
  /// @param line the line, from 1; 0 where the object does not say
  /// @param text the text of the line
  /// @param conditional whether it is a conditional jump
  public record Place(int slot, String file, int line, String text, boolean conditional) {
    static Place of(int slot, Optional<LineInfo> line, boolean conditional) {
      // Line 0 is of what the compiler made by itself.
      return line.filter(l -> l.line() > 0)
          .map(l -> new Place(slot, l.file(), l.line(), l.text(), conditional))
          .orElse(new Place(slot, "", 0, "", conditional));
    }
  }

  InstructionCoverage plus(InstructionCoverage other) {
    return new InstructionCoverage(
        place, executed + other.executed, branch.map(b -> other.branch.map(b::plus).orElse(b)));
  }
}
