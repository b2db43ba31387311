package org.ebpf4j.vm.coverage;

import java.util.List;

/// What was executed of one line of C. A value.
///
/// @param number its number, from 1
/// @param text its text, as the object has it
/// @param hits how often it was executed: for each function that has instructions of it, as often
///   as the most frequent of them, added up
/// @param instructions how many of the instructions that it became were executed
/// @param branches its conditional jumps; a function that was inlined twice has its own twice
public record LineCoverage(
    int number, String text, long hits, Ratio instructions, List<Branch> branches) {
  public LineCoverage {
    branches = List.copyOf(branches);
  }

  /// How much of a line was executed.
  public enum Status {
    /// Nothing.
    MISSED,
    /// Some of its instructions were not, or a conditional jump always went the same way.
    PARTLY,
    /// All of it, and each conditional jump went both ways.
    COVERED
  }

  /// How many ways of its conditional jumps were gone.
  public Ratio branchRatio() {
    return branches.stream().map(Branch::ways).reduce(Ratio.NONE, Ratio::plus);
  }

  /// How much of it was executed.
  public Status status() {
    if (hits == 0) {
      return Status.MISSED;
    }
    return instructions.missed() == 0 && branchRatio().missed() == 0
        ? Status.COVERED
        : Status.PARTLY;
  }
}
