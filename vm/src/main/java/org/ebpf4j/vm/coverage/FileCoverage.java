package org.ebpf4j.vm.coverage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What was executed of a source file: its lines that became instructions. A value.
///
/// @param path its path, as clang was given it; with the object's name behind it where another
///   object has another file of that path
/// @param lines its lines that became instructions, in their order
/// @param functions the functions that begin in it
public record FileCoverage(
    String path, List<LineCoverage> lines, List<FunctionCoverage> functions) {
  public FileCoverage {
    lines = List.copyOf(lines);
    functions = List.copyOf(functions);
  }

  /// A line while its instructions are counted.
  private static final class Line {
    final String text;
    final List<Branch> branches = new ArrayList<>();
    long hits;
    int executed;
    int total;

    Line(String text) {
      this.text = text;
    }

    LineCoverage value(int number) {
      return new LineCoverage(number, text, hits, new Ratio(executed, total), branches);
    }
  }

  /// A file while its lines are collected.
  private static final class Draft {
    final TreeMap<Integer, Line> lines = new TreeMap<>();
    final List<FunctionCoverage> functions = new ArrayList<>();

    boolean contradicts(Draft other) {
      return other.lines.entrySet().stream()
          .anyMatch(e -> {
            var own = lines.get(e.getKey());
            return own != null && !own.text.equals(e.getValue().text);
          });
    }

    void add(Draft other) {
      functions.addAll(other.functions);
      other.lines.forEach((number, line) -> {
        var own = lines.computeIfAbsent(number, _ -> new Line(line.text));
        own.hits += line.hits;
        own.executed += line.executed;
        own.total += line.total;
        own.branches.addAll(line.branches);
      });
    }

    FileCoverage value(String path) {
      var list = new ArrayList<LineCoverage>();
      lines.forEach((number, line) -> list.add(line.value(number)));
      return new FileCoverage(path, list, functions);
    }
  }

  /// The files that functions came from, each function once.
  static List<FileCoverage> of(Collection<FunctionCoverage> functions) {
    var drafts = new TreeMap<String, Draft>();
    for (var function : functions) {
      draft(function)
          .forEach((path, draft) -> {
            var known = drafts.get(path);
            var name =
                known != null && known.contradicts(draft)
                    ? path + " [" + function.object() + "]"
                    : path;
            drafts.computeIfAbsent(name, _ -> new Draft()).add(draft);
          });
    }
    var files = new ArrayList<FileCoverage>();
    drafts.forEach((path, draft) -> files.add(draft.value(path)));
    return files;
  }

  private static Map<String, Draft> draft(FunctionCoverage function) {
    var drafts = new LinkedHashMap<String, Draft>();
    var most = new HashMap<Line, Long>();
    for (var instruction : function.instructions()) {
      var place = instruction.place();
      if (place.line() == 0) {
        continue;
      }
      var line =
          drafts
              .computeIfAbsent(place.file(), _ -> new Draft())
              .lines
              .computeIfAbsent(place.line(), _ -> new Line(place.text()));
      line.total++;
      line.executed += instruction.executed() > 0 ? 1 : 0;
      instruction.branch().ifPresent(line.branches::add);
      most.merge(line, instruction.executed(), Math::max);
    }
    most.forEach((line, hits) -> line.hits = hits);
    var own = drafts.get(function.file());
    if (own != null) {
      own.functions.add(function);
    }
    return drafts;
  }

  static Ratio lineRatio(List<FileCoverage> files) {
    return files.stream().map(FileCoverage::lineRatio).reduce(Ratio.NONE, Ratio::plus);
  }

  /// How many of its lines were executed, at least in part.
  public Ratio lineRatio() {
    var covered = lines.stream().filter(l -> l.hits() > 0).count();
    return new Ratio((int) covered, lines.size());
  }

  /// How many ways of its conditional jumps were gone.
  public Ratio branchRatio() {
    return lines.stream().map(LineCoverage::branchRatio).reduce(Ratio.NONE, Ratio::plus);
  }

  /// How many of its instructions were executed.
  public Ratio instructionRatio() {
    return lines.stream().map(LineCoverage::instructions).reduce(Ratio.NONE, Ratio::plus);
  }
}
