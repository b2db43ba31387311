package org.ebpf4j.vm.coverage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.Subprogram;
import org.ebpf4j.vm.coverage.InstructionCoverage.Place;

/// What was executed of a program. A value.
///
/// @param object the object that it is of
/// @param name its name
/// @param functions its functions, its own first
public record ProgramCoverage(String object, String name, List<FunctionCoverage> functions) {
  public ProgramCoverage {
    functions = List.copyOf(functions);
  }

  /// The counts of a program, by slot of its instructions.
  ///
  /// @param object the name of the object it is of
  /// @param executed how often each instruction was executed
  /// @param jumped how often each conditional jump went to its target
  /// @param passed how often each conditional jump went on at the next instruction
  public static ProgramCoverage of(
      String object, ProgramSpec program, long[] executed, long[] jumped, long[] passed) {
    var all = new ArrayList<InstructionCoverage>();
    var lines = program.lines();
    var next = new int[1];
    program
        .instructions()
        .forEach((slot, instruction) -> {
          while (next[0] < lines.size() && lines.get(next[0]).slot() <= slot) {
            next[0]++;
          }
          var line = next[0] == 0 ? null : lines.get(next[0] - 1);
          var two = instruction instanceof Instruction.JumpIf jump && jump.offset() != 0;
          all.add(
              new InstructionCoverage(
                  Place.of(slot, Optional.ofNullable(line), two),
                  executed[slot],
                  two ? Optional.of(new Branch(jumped[slot], passed[slot])) : Optional.empty()));
        });
    return new ProgramCoverage(object, program.name(), cut(object, program, all));
  }

  private static List<FunctionCoverage> cut(
      String object, ProgramSpec program, List<InstructionCoverage> all) {
    var starts = program.subprograms();
    if (starts.isEmpty()) {
      starts = List.of(new Subprogram(program.name(), 0));
    }
    var functions = new ArrayList<FunctionCoverage>();
    for (int i = 0; i < starts.size(); i++) {
      var from = starts.get(i).slot();
      var to = i + 1 < starts.size() ? starts.get(i + 1).slot() : Integer.MAX_VALUE;
      var own =
          all.stream()
              .filter(c -> c.place().slot() >= from && c.place().slot() < to)
              .map(c -> moved(c, from))
              .toList();
      if (!own.isEmpty()) {
        functions.add(new FunctionCoverage(object, starts.get(i).name(), own));
      }
    }
    return functions;
  }

  private static InstructionCoverage moved(InstructionCoverage of, int from) {
    var p = of.place();
    return new InstructionCoverage(
        new Place(p.slot() - from, p.file(), p.line(), p.text(), p.conditional()),
        of.executed(),
        of.branch());
  }

  /// What makes two programs the same.
  record Key(String object, String name, List<FunctionCoverage.Key> functions) {}

  Key key() {
    return new Key(object, name, functions.stream().map(FunctionCoverage::key).toList());
  }

  ProgramCoverage plus(ProgramCoverage same) {
    var sums = new ArrayList<FunctionCoverage>();
    for (int i = 0; i < functions.size(); i++) {
      sums.add(functions.get(i).plus(same.functions.get(i)));
    }
    return new ProgramCoverage(object, name, sums);
  }

  /// How often it ran; a tail call to it counts.
  public long runs() {
    return functions.isEmpty() ? 0 : functions.getFirst().calls();
  }

  /// How many of its instructions were executed.
  public Ratio instructionRatio() {
    return functions.stream()
        .map(FunctionCoverage::instructionRatio)
        .reduce(Ratio.NONE, Ratio::plus);
  }

  /// How many ways of its conditional jumps were gone.
  public Ratio branchRatio() {
    return functions.stream().map(FunctionCoverage::branchRatio).reduce(Ratio.NONE, Ratio::plus);
  }

  /// How many of its lines were executed, at least in part.
  public Ratio lineRatio() {
    return FileCoverage.lineRatio(FileCoverage.of(functions));
  }
}
