package org.ebpf4j.cli.verify;

import java.time.Duration;
import java.util.Optional;
import org.ebpf4j.Verdict;
import org.ebpf4j.attach.ProgramType;

/// Made-up verdicts.
final class Verdicts {
  private Verdicts() {}

  static Verdict ok(String program, long processed, long hash) {
    return new Verdict(
        program,
        "xdp",
        Optional.of(ProgramType.XDP),
        Verdict.Outcome.OK,
        Verdict.Stage.LOAD,
        0,
        "",
        "",
        processed,
        processed / 10,
        "0123456789abcdef",
        Optional.of(new Verdict.Code(12, hash)),
        Duration.ofNanos(1_234_567));
  }

  static Verdict ok(String program) {
    return ok(program, 100, 1);
  }

  static Verdict rejected(String program, String message, String log) {
    return new Verdict(
        program,
        "xdp",
        Optional.of(ProgramType.XDP),
        Verdict.Outcome.REJECTED,
        Verdict.Stage.LOAD,
        13,
        message,
        log,
        7,
        1,
        "",
        Optional.of(new Verdict.Code(12, -1)),
        Duration.ofMillis(2));
  }

  /// A program that the kernel did not come to look at.
  static Verdict refused(String program, int errno, String message) {
    return new Verdict(
        program,
        "xdp",
        Optional.of(ProgramType.XDP),
        Verdict.Outcome.ERROR,
        Verdict.Stage.LOAD,
        errno,
        message,
        "",
        -1,
        -1,
        "",
        Optional.of(new Verdict.Code(12, 1)),
        Duration.ofMillis(2));
  }

  static Verdict error(String program, Verdict.Stage stage, String message) {
    return new Verdict(
        program,
        "odd",
        Optional.empty(),
        Verdict.Outcome.ERROR,
        stage,
        0,
        message,
        "",
        -1,
        -1,
        "",
        Optional.empty(),
        Duration.ZERO);
  }
}
