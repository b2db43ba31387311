package org.ebpf4j.vm;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Verdict;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.load.ProgramVerifier;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// What a virtual kernel says of programs.
final class Verdicts {
  private Verdicts() {}

  private static Verdict verdict(
      ProgramSpec program, Verdict.Outcome outcome, String message, String log, long processed) {
    return new Verdict(
        program.name(),
        program.section(),
        program.type(),
        outcome,
        Verdict.Stage.LOAD,
        0,
        message,
        log,
        processed,
        -1,
        "",
        Optional.empty(),
        Duration.ZERO);
  }

  private static Verdict loaded(VirtualObject object, ProgramSpec program) {
    var judgement = object.program(program.name()).loaded().judgement().orElse(null);
    return judgement instanceof ProgramVerifier.Accepted(long processed, var _)
        ? verdict(program, Verdict.Outcome.OK, "", "", processed)
        : verdict(program, Verdict.Outcome.OK, "", "", -1);
  }

  private static Verdict failed(ProgramSpec program, BpfException reason) {
    var message = String.valueOf(reason.getMessage());
    return reason instanceof VerifierException rejection
        ? verdict(program, Verdict.Outcome.REJECTED, message, rejection.log(), -1)
            .withExplanation(rejection.explanation())
        : verdict(program, Verdict.Outcome.ERROR, message, "", -1);
  }

  /// Loads each program by itself.
  @SuppressWarnings("try") // That it can be loaded is what is wanted.
  static void ofEach(
      VirtualKernel kernel, ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    for (var program : spec.programs()) {
      var alone =
          spec.withEachProgram(other -> other.withAutoload(other.name().equals(program.name())));
      try (var object = kernel.load(alone, options.withKeepGoing(false))) {
        verdicts.accept(loaded(object, program));
      } catch (BpfException e) {
        verdicts.accept(failed(program, e));
      }
    }
  }

  /// Loads all of them together.
  static void ofWhole(
      VirtualKernel kernel, ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    try (var object = kernel.load(spec, options.withKeepGoing(true))) {
      for (var program : spec.programs()) {
        var failure = object.failures().get(program.name());
        if (failure != null) {
          verdicts.accept(failed(program, failure));
        } else if (program.autoload()) {
          verdicts.accept(loaded(object, program));
        }
      }
    }
  }
}
