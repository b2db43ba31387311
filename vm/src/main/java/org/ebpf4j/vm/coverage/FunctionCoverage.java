package org.ebpf4j.vm.coverage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.ebpf4j.vm.coverage.InstructionCoverage.Place;

/// What was executed of a function, as the compiler left it: those that were inlined into it are
/// part of it, and their lines are counted where they are. A value.
///
/// @param object the object that it is of
/// @param name its name
/// @param instructions its instructions, one or more, in their order
public record FunctionCoverage(String object, String name, List<InstructionCoverage> instructions) {
  public FunctionCoverage {
    instructions = List.copyOf(instructions);
  }

  /// What makes two functions the same: the copies of a subprogram in several programs are one.
  record Key(String object, String name, List<Place> places) {}

  Key key() {
    return new Key(object, name, instructions.stream().map(InstructionCoverage::place).toList());
  }

  FunctionCoverage plus(FunctionCoverage same) {
    var sums = new ArrayList<InstructionCoverage>(instructions.size());
    for (int i = 0; i < instructions.size(); i++) {
      sums.add(instructions.get(i).plus(same.instructions.get(i)));
    }
    return new FunctionCoverage(object, name, sums);
  }

  /// How often it was called.
  public long calls() {
    return instructions.getFirst().executed();
  }

  /// The source file it is in; empty where the object does not say.
  public String file() {
    return begin().map(Place::file).orElse("");
  }

  /// The line it begins at; 0 where the object does not say. Where the compiler left no instruction
  /// at that line, it is the first line that has one.
  public int line() {
    return begin().map(Place::line).orElse(0);
  }

  private Optional<Place> begin() {
    var declaration = Pattern.compile("\\b" + Pattern.quote(name) + "\\s*\\(");
    var places =
        instructions.stream().map(InstructionCoverage::place).filter(p -> p.line() > 0).toList();
    return places.stream()
        .filter(p -> declaration.matcher(p.text()).find())
        .findFirst()
        .or(() -> places.stream().findFirst());
  }

  /// How many of its instructions were executed.
  public Ratio instructionRatio() {
    var covered = instructions.stream().filter(i -> i.executed() > 0).count();
    return new Ratio((int) covered, instructions.size());
  }

  /// How many ways of its conditional jumps were gone.
  public Ratio branchRatio() {
    return instructions.stream()
        .flatMap(i -> i.branch().stream())
        .map(Branch::ways)
        .reduce(Ratio.NONE, Ratio::plus);
  }

  /// How many of its lines were executed, at least in part.
  public Ratio lineRatio() {
    return FileCoverage.lineRatio(FileCoverage.of(List.of(this)));
  }
}
