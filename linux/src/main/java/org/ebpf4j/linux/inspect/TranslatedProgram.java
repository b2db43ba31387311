package org.ebpf4j.linux.inspect;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Instructions;

/// The instructions of a program as the kernel keeps them: after the verifier has rewritten them,
/// before they are machine code. A value.
///
/// @param instructions the instructions; calls of subprograms have their distance, as in an object
///   file
/// @param functions its functions, in the order of their slots; none where the program came without
///   types
/// @param lines the lines of C that instructions came from, in the order of their slots
/// @param references what instructions refer to, by slot
/// @param hidden why functions of the kernel have no names here; empty where they have
public record TranslatedProgram(
    Instructions instructions,
    List<Function> functions,
    List<LineInfo> lines,
    Map<Integer, Reference> references,
    Optional<String> hidden) {
  public TranslatedProgram {
    functions = List.copyOf(functions);
    lines = List.copyOf(lines);
    references = Map.copyOf(references);
  }

  /// A function of the program.
  ///
  /// @param slot where it begins
  /// @param name its name
  /// @param prototype its prototype in C
  /// @param symbol what the kernel calls its machine code, such as `bpf_prog_6deef7357e7b4530_add`;
  ///   empty where that is hidden
  public record Function(int slot, String name, String prototype, String symbol) {}

  /// What an instruction refers to.
  ///
  /// @param kind of which kind it is
  /// @param name its name; empty where that is not known
  /// @param number the id of a map, the slot of a subprogram, or the address of what is the
  ///   kernel's
  /// @param offset how far into the value of a map
  public record Reference(Kind kind, String name, long number, int offset) {
    /// Of which kind it is.
    public enum Kind {
      /// A map.
      MAP,
      /// A place in the value of a map.
      MAP_VALUE,
      /// A function of the program.
      SUBPROGRAM,
      /// A function of the kernel: a helper or a kfunc.
      KERNEL_FUNCTION,
      /// Something else of the kernel's.
      KERNEL_SYMBOL
    }

    /// As it is written in a disassembly.
    public String text() {
      return switch (kind) {
        case MAP -> "map[" + map() + "]";
        case MAP_VALUE -> "map[" + map() + "]" + (offset == 0 ? "" : "+" + offset);
        case SUBPROGRAM, KERNEL_FUNCTION -> name.isEmpty() ? "unknown" : name;
        case KERNEL_SYMBOL -> name + " (0x" + Long.toHexString(number) + ")";
      };
    }

    private String map() {
      return (name.isEmpty() ? "" : name + " ") + "id " + Integer.toUnsignedString((int) number);
    }
  }

  /// The names for [Disassembler].
  public Disassembler.Names names() {
    return slot -> Optional.ofNullable(references.get(slot)).map(Reference::text);
  }

  /// The line of C that an instruction came from: that of its slot, or the last before it in its
  /// function.
  public Optional<LineInfo> line(int slot) {
    LineInfo found = null;
    for (var line : lines) {
      if (line.slot() > slot) {
        break;
      }
      found = line;
    }
    return Optional.ofNullable(found);
  }
}
