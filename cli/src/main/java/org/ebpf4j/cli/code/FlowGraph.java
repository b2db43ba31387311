package org.ebpf4j.cli.code;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.ebpf4j.cli.text.InstructionFields;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.linux.inspect.TranslatedProgram;

/// The ways through a program as a graph for Graphviz: a box for each run of instructions that is
/// entered at its start and left at its end, a frame around those of a function.
///
/// @param name the name of the program
/// @param code its instructions
record FlowGraph(String name, TranslatedProgram code) {
  void print(PrintWriter out) {
    var lines = Disassembler.lines(code.instructions(), code.names());
    var starts = starts(lines);
    out.println("digraph \"" + escaped(name) + "\" {");
    out.println("  node [shape=box, fontname=monospace];");
    var functions = new ArrayList<>(code.functions());
    if (functions.isEmpty()) {
      functions.add(new TranslatedProgram.Function(0, name, name, ""));
    }
    for (int i = 0; i < functions.size(); i++) {
      var from = functions.get(i).slot();
      var to = i + 1 < functions.size() ? functions.get(i + 1).slot() : code.instructions().size();
      out.println("  subgraph \"cluster_" + i + "\" {");
      out.println("    label=\"" + escaped(functions.get(i).prototype()) + "\";");
      for (var start : starts.subSet(from, to)) {
        out.println("    b" + start + " [label=\"" + label(lines, starts, start, to) + "\"];");
      }
      out.println("  }");
    }
    edges(out, lines, starts);
    out.println("}");
  }

  private TreeSet<Integer> starts(List<Disassembler.Line> lines) {
    var starts = new TreeSet<Integer>();
    starts.add(0);
    code.functions().forEach(function -> starts.add(function.slot()));
    for (var line : lines) {
      var instruction = code.instructions().at(line.slot());
      if (ends(instruction)) {
        starts.add(line.slot() + 1);
        if (!(instruction instanceof Instruction.Call)) {
          InstructionFields.target(line.slot(), instruction).ifPresent(t -> starts.add((int) t));
        }
      }
    }
    starts.removeIf(slot -> slot < 0 || slot >= code.instructions().size());
    return starts;
  }

  private static boolean ends(Instruction instruction) {
    return instruction instanceof Instruction.Jump
        || instruction instanceof Instruction.JumpIf
        || instruction instanceof Instruction.Exit;
  }

  private String label(
      List<Disassembler.Line> lines, TreeSet<Integer> starts, int start, int functionEnd) {
    var next = starts.higher(start);
    var end = next == null ? functionEnd : Math.min(next, functionEnd);
    var text = new StringBuilder();
    for (var line : lines) {
      if (line.slot() >= start && line.slot() < end) {
        text.append(line.slot())
            .append(": ")
            .append(escaped(InstructionText.text(code, line)))
            .append("\\l");
      }
    }
    return text.toString();
  }

  private void edges(PrintWriter out, List<Disassembler.Line> lines, TreeSet<Integer> starts) {
    for (int i = 0; i < lines.size(); i++) {
      var slot = lines.get(i).slot();
      var instruction = code.instructions().at(slot);
      var block = starts.floor(slot);
      var next = i + 1 < lines.size() ? lines.get(i + 1).slot() : -1;
      var goesOn =
          !(instruction instanceof Instruction.Exit)
              && !(instruction instanceof Instruction.Jump.Goto)
              && !(instruction instanceof Instruction.Jump.GotoLong)
              && !(instruction instanceof Instruction.Jump.GotoIndirect);
      if (ends(instruction)) {
        InstructionFields.target(slot, instruction)
            .ifPresent(target ->
                out.println("  b" + block + " -> b" + target + (goesOn ? " [label=taken];" : ";")));
      }
      if (goesOn && next >= 0 && starts.contains(next)) {
        out.println("  b" + block + " -> b" + next + ";");
      }
    }
  }

  private static String escaped(String text) {
    return SafeText.line(text).replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
