package org.ebpf4j.vm.coverage;

import org.ebpf4j.error.SafeText;

/// Coverage in the format of LCOV, as `man geninfo` describes it.
record LcovReport(Coverage coverage) {
  String write() {
    var out = new StringBuilder();
    for (var file : coverage.files()) {
      out.append("TN:\n");
      out.append("SF:").append(SafeText.line(file.path())).append('\n');
      functions(out, file);
      branches(out, file);
      for (var line : file.lines()) {
        out.append("DA:").append(line.number()).append(',').append(line.hits()).append('\n');
      }
      var lines = file.lineRatio();
      out.append("LF:").append(lines.total()).append('\n');
      out.append("LH:").append(lines.covered()).append('\n');
      out.append("end_of_record\n");
    }
    return out.toString();
  }

  private static void functions(StringBuilder out, FileCoverage file) {
    var functions = file.functions();
    for (var f : functions) {
      out.append("FN:").append(f.line()).append(',').append(SafeText.line(f.name())).append('\n');
    }
    for (var f : functions) {
      out.append("FNDA:").append(f.calls()).append(',');
      out.append(SafeText.line(f.name())).append('\n');
    }
    out.append("FNF:").append(functions.size()).append('\n');
    var hit = functions.stream().filter(f -> f.calls() > 0).count();
    out.append("FNH:").append(hit).append('\n');
  }

  private static void branches(StringBuilder out, FileCoverage file) {
    for (var line : file.lines()) {
      for (int i = 0; i < line.branches().size(); i++) {
        var branch = line.branches().get(i);
        branch(out, line.number(), i, 0, branch, branch.jumped());
        branch(out, line.number(), i, 1, branch, branch.passed());
      }
    }
    var ways = file.branchRatio();
    out.append("BRF:").append(ways.total()).append('\n');
    out.append("BRH:").append(ways.covered()).append('\n');
  }

  private static void branch(
      StringBuilder out, int line, int block, int way, Branch branch, long count) {
    out.append("BRDA:").append(line).append(',').append(block).append(',').append(way).append(',');
    // A minus says that the jump itself was never reached.
    out.append(branch.ways().covered() == 0 ? "-" : Long.toString(count)).append('\n');
  }
}
