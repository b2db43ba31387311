package org.ebpf4j.cli.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ebpf4j.Verdict;
import org.ebpf4j.cli.process.Failure;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.load.FitOptions;
import org.ebpf4j.load.FittedObject;
import org.ebpf4j.load.FittedProgram;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.verifier.Verifier;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.result.Finding;
import org.ebpf4j.verifier.result.FindingText;
import org.ebpf4j.verifier.result.VerifierResult;

/// Judges the programs of files by the rules of kernels that need not be there.
///
/// @param read reads a file
/// @param facts what is known of a kernel of a version
/// @param options what else an object is fitted to
/// @param kernels the rules
record OfflineVerification(
    Function<String, ObjectSpec> read,
    Function<Rules, OfflineFacts> facts,
    FitOptions options,
    List<Rules> kernels) {
  /// The verdicts on each program of a file, one for each kernel; one for each kernel without a
  /// program where the file cannot be opened.
  List<OfflineVerdict> verify(String file) {
    ObjectSpec spec;
    try {
      spec = read.apply(file);
    } catch (BpfException e) {
      return kernels.stream()
          .map(rules -> error(file, rules, null, Verdict.Stage.OPEN, Failure.describe(e)))
          .toList();
    }
    var all = new ArrayList<OfflineVerdict>();
    for (var program : spec.programs()) {
      for (var rules : kernels) {
        all.add(verify(file, spec, program, rules));
      }
    }
    return all;
  }

  private OfflineVerdict verify(String file, ObjectSpec spec, ProgramSpec program, Rules rules) {
    var begin = System.nanoTime();
    try {
      var known = facts.apply(rules);
      known.check(program);
      if (program.type().isEmpty()) {
        throw new BpfException(
            "the section '" + program.section() + "' does not say what type of program it is");
      }
      var alone =
          spec.withEachProgram(each -> each.withAutoload(each.name().equals(program.name())));
      var fitted = FittedObject.of(alone, known, options);
      var one =
          fitted.programs().stream()
              .filter(p -> p.program().name().equals(program.name()))
              .findFirst()
              .orElseThrow(() -> new BpfException("it is not among the programs that are loaded"));
      var result = Verifier.check(CheckedProgram.of(fitted, one, known), rules);
      return verdict(file, rules, one, result, Duration.ofNanos(System.nanoTime() - begin));
    } catch (BpfException e) {
      return error(file, rules, program, Verdict.Stage.RELOCATE, Failure.describe(e));
    }
  }

  private static OfflineVerdict verdict(
      String file, Rules rules, FittedProgram fitted, VerifierResult result, Duration time) {
    var program = fitted.program();
    var text = new FindingText(program, fitted.instructions());
    var finding =
        switch (result) {
          case VerifierResult.Accepted _ -> Optional.<Finding>empty();
          case VerifierResult.Refused refused -> Optional.of(refused.first());
        };
    return new OfflineVerdict(
        file,
        rules.label(),
        new Verdict(
            program.name(),
            program.section(),
            program.type(),
            finding.isEmpty() ? Verdict.Outcome.OK : Verdict.Outcome.REJECTED,
            Verdict.Stage.LOAD,
            0,
            finding.map(text::message).orElse(""),
            "",
            result.effort().processed(),
            result.effort().states(),
            "",
            Optional.empty(),
            time,
            finding.map(text::explain)),
        finding);
  }

  private static OfflineVerdict error(
      String file,
      Rules rules,
      @org.jspecify.annotations.Nullable ProgramSpec program,
      Verdict.Stage stage,
      String message) {
    return new OfflineVerdict(
        file,
        rules.label(),
        new Verdict(
            program == null ? "" : program.name(),
            program == null ? "" : program.section(),
            program == null ? Optional.empty() : program.type(),
            Verdict.Outcome.ERROR,
            stage,
            0,
            message,
            "",
            -1,
            -1,
            "",
            Optional.empty(),
            Duration.ZERO),
        Optional.empty());
  }
}
