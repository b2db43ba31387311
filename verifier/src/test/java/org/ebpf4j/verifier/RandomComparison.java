package org.ebpf4j.verifier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Verdict;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.result.VerifierResult;

/// Random programs before the running kernel and before this verifier.
final class RandomComparison {
  private RandomComparison() {}

  /// What came of many programs.
  ///
  /// @param accepted how many both took
  /// @param refused how many both refused
  /// @param unsound the seeds of those that only this verifier took
  /// @param strict the seeds of those that only the kernel took
  /// @param counts how many were taken after the same number of instructions
  record Outcome(int accepted, int refused, List<Long> unsound, List<Long> strict, int counts) {}

  static Outcome of(LinuxKernel kernel, Rules rules, long first, int count) {
    int accepted = 0;
    int refused = 0;
    int counts = 0;
    var unsound = new ArrayList<Long>();
    var strict = new ArrayList<Long>();
    for (long seed = first; seed < first + count; seed++) {
      var object = new RandomPrograms(seed).object();
      var verdicts = new ArrayList<Verdict>();
      kernel.verify(object, LoadOptions.DEFAULT, verdicts::add);
      boolean theirs = verdicts.getFirst().outcome() == Verdict.Outcome.OK;
      var result = Verifier.check(CheckedProgram.of(object, object.programs().getFirst()), rules);
      boolean ours = result instanceof VerifierResult.Accepted;
      if (ours && theirs) {
        accepted++;
        counts += result.effort().processed() == verdicts.getFirst().processed() ? 1 : 0;
      } else if (ours) {
        unsound.add(seed);
      } else if (theirs) {
        strict.add(seed);
      } else {
        refused++;
      }
    }
    return new Outcome(accepted, refused, unsound, strict, counts);
  }

  /// `FIRST COUNT [show]`
  public static void main(String[] args) throws IOException {
    var kernel = LinuxKernel.open();
    if (args.length > 2) {
      var object = new RandomPrograms(Long.parseLong(args[0])).object();
      System.out.println(object.programs().getFirst().instructions());
      kernel.verify(
          object, LoadOptions.DEFAULT, v -> System.out.println(v.processed() + " " + v.log()));
      System.out.println(
          Verifier.check(
              CheckedProgram.of(object, object.programs().getFirst()), Rules.kernel("6.18")));
      return;
    }
    System.out.println(
        of(kernel, Rules.kernel("6.18"), Long.parseLong(args[0]), Integer.parseInt(args[1])));
  }
}
