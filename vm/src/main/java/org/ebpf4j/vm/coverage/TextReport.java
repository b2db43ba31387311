package org.ebpf4j.vm.coverage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.vm.coverage.LineCoverage.Status;

/// Coverage as text for people.
final class TextReport {
  private final Coverage coverage;
  private final StringBuilder out = new StringBuilder();

  TextReport(Coverage coverage) {
    this.coverage = coverage;
  }

  String write() {
    out.append("lines ").append(coverage.lineRatio());
    out.append(", branches ").append(coverage.branchRatio());
    out.append(", instructions ").append(coverage.instructionRatio()).append('\n');
    title("programs", "runs");
    for (var p : coverage.programs()) {
      row(
          p.object() + " " + p.name(),
          p.runs(),
          p.lineRatio(),
          p.branchRatio(),
          p.instructionRatio());
    }
    title("functions", "calls");
    for (var f : coverage.functions()) {
      row(
          f.object() + " " + f.name(),
          f.calls(),
          f.lineRatio(),
          f.branchRatio(),
          f.instructionRatio());
    }
    out.append("\nfiles\n");
    coverage.files().forEach(this::file);
    return out.toString();
  }

  private void title(String what, String count) {
    out.append('\n');
    out.append(
        String.format(
            Locale.ROOT,
            "%-44s %10s %16s %16s %16s%n",
            what,
            count,
            "lines",
            "branches",
            "instructions"));
  }

  private void row(String name, long count, Ratio lines, Ratio branches, Ratio instructions) {
    out.append(
        String.format(
            Locale.ROOT,
            "  %-42s %10d %16s %16s %16s%n",
            SafeText.line(name),
            count,
            cell(lines),
            cell(branches),
            cell(instructions)));
  }

  private static String cell(Ratio ratio) {
    return ratio.total() == 0
        ? "-"
        : String.format(
            Locale.ROOT, "%d/%d %5.1f %%", ratio.covered(), ratio.total(), ratio.percent());
  }

  private void file(FileCoverage file) {
    out.append("  ").append(SafeText.line(file.path()));
    out.append(": lines ").append(file.lineRatio());
    out.append(", branches ").append(file.branchRatio()).append('\n');
    numbers("missed", file, Status.MISSED);
    numbers("partly", file, Status.PARTLY);
  }

  /// The numbers of lines; those that follow one another among the lines with code are a range.
  private void numbers(String what, FileCoverage file, Status status) {
    var ranges = new ArrayList<List<Integer>>();
    var follows = false;
    for (var line : file.lines()) {
      var wanted = line.status() == status;
      if (wanted && follows) {
        ranges.getLast().add(line.number());
      } else if (wanted) {
        ranges.add(new ArrayList<>(List.of(line.number())));
      }
      follows = wanted;
    }
    if (!ranges.isEmpty()) {
      var words =
          ranges.stream()
              .map(r -> r.size() == 1 ? "" + r.getFirst() : r.getFirst() + "-" + r.getLast())
              .toList();
      out.append("    ").append(what).append(": ").append(String.join(", ", words)).append('\n');
    }
  }
}
