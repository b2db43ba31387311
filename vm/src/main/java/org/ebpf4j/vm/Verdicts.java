package org.ebpf4j.vm;

import java.time.Duration;
import java.util.Optional;
import org.ebpf4j.Verdict;
import org.ebpf4j.error.BpfException;
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

  static Verdict loaded(ProgramSpec program) {
    return verdict(program, Verdict.Outcome.OK, "");
  }

  static Verdict failed(ProgramSpec program, BpfException reason) {
    return verdict(program, Verdict.Outcome.ERROR, String.valueOf(reason.getMessage()));
  }
}
