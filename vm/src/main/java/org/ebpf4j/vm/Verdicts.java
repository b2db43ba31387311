package org.ebpf4j.vm;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.ebpf4j.Kernel;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Verdict;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// What a kernel without a verifier says of programs.
final class Verdicts {
  private Verdicts() {}

  private static Verdict verdict(ProgramSpec program, Verdict.Outcome outcome, String message) {
    return new Verdict(
        program.name(),
        program.section(),
        program.type(),
        outcome,
        Verdict.Stage.LOAD,
        0,
        message,
        "",
        -1,
        -1,
        "",
        Optional.empty(),
        Duration.ZERO);
  }

  private static Verdict loaded(ProgramSpec program) {
    return verdict(program, Verdict.Outcome.OK, "");
  }

  private static Verdict failed(ProgramSpec program, BpfException reason) {
    return verdict(program, Verdict.Outcome.ERROR, String.valueOf(reason.getMessage()));
  }

  /// Loads each program by itself.
  @SuppressWarnings("try") // That it can be loaded is what is wanted.
  static void ofEach(
      Kernel kernel, ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    for (var program : spec.programs()) {
      var alone =
          spec.withEachProgram(other -> other.withAutoload(other.name().equals(program.name())));
      try (var object = kernel.load(alone, options.withKeepGoing(false))) {
        verdicts.accept(loaded(program));
      } catch (BpfException e) {
        verdicts.accept(failed(program, e));
      }
    }
  }

  /// Loads all of them together.
  static void ofWhole(
      Kernel kernel, ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    try (var object = kernel.load(spec, options.withKeepGoing(true))) {
      for (var program : spec.programs()) {
        var failure = object.failures().get(program.name());
        if (failure != null) {
          verdicts.accept(failed(program, failure));
        } else if (program.autoload()) {
          verdicts.accept(loaded(program));
        }
      }
    }
  }
}
