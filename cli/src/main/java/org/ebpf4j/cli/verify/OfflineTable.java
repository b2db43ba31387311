package org.ebpf4j.cli.verify;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.verifier.input.Rules;

/// Verdicts by the rules of several kernels: a row for each program and a column for each kernel,
/// and below a row why the program is not accepted.
final class OfflineTable {
  private static final int WIDTH = 8;

  private final PrintWriter out;
  private final List<Rules> kernels;
  private int fileWidth;
  private int programWidth = "PROGRAM".length();
  private boolean begun;

  OfflineTable(PrintWriter out, List<String> files, List<Rules> kernels) {
    this.out = out;
    this.kernels = kernels;
    this.fileWidth =
        Math.max("FILE".length(), files.stream().mapToInt(String::length).max().orElse(0));
  }

  /// Prints the rows of one file.
  void print(List<OfflineVerdict> verdicts) {
    var rows = new LinkedHashMap<String, List<OfflineVerdict>>();
    verdicts.forEach(
        v -> rows.computeIfAbsent(v.verdict().program(), _ -> new ArrayList<>()).add(v));
    rows.keySet().forEach(name -> programWidth = Math.max(programWidth, name.length()));
    if (!begun && !rows.isEmpty()) {
      row("FILE", "PROGRAM", kernels.stream().map(Rules::label).toList(), "INSNS");
      begun = true;
    }
    rows.values().forEach(this::printRow);
  }

  private void printRow(List<OfflineVerdict> row) {
    var first = row.getFirst();
    var most = row.stream().mapToLong(v -> v.verdict().processed()).max().orElse(-1);
    row(
        SafeText.line(first.file()),
        SafeText.line(first.verdict().program().isEmpty() ? "-" : first.verdict().program()),
        row.stream().map(v -> v.outcome().label()).toList(),
        most < 0 ? "-" : Long.toString(most));
    var byReason = new LinkedHashMap<List<String>, List<String>>();
    for (var each : row) {
      if (each.outcome() != OfflineVerdict.Outcome.OK) {
        byReason.computeIfAbsent(each.reason(), _ -> new ArrayList<>()).add(each.kernel());
      }
    }
    for (Map.Entry<List<String>, List<String>> each : byReason.entrySet()) {
      var lead =
          each.getValue().size() == kernels.size() ? "" : String.join(", ", each.getValue()) + ": ";
      out.println("    " + lead + each.getKey().getFirst());
      each.getKey().stream().skip(1).forEach(line -> out.println("      " + line));
    }
  }

  private void row(String file, String program, List<String> cells, String insns) {
    var line = new StringBuilder();
    line.append(pad(file, fileWidth)).append("  ").append(pad(program, programWidth));
    cells.forEach(cell -> line.append("  ").append(pad(cell, WIDTH)));
    line.append("  ").append(" ".repeat(Math.max(0, WIDTH - insns.length()))).append(insns);
    out.println(line.toString().stripTrailing());
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
