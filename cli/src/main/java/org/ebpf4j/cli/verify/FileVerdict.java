package org.ebpf4j.cli.verify;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.ebpf4j.Verdict;
import org.ebpf4j.cli.text.ExplanationJson;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.Errno;
import org.ebpf4j.object.ProgramSpec;
import org.jspecify.annotations.Nullable;

/// A verdict on a program of a file. Of the verifier's log, which may have millions of lines, only
/// the end is kept.
///
/// @param file the file, as it was named
/// @param verdict what is said of the program, which is without a name where the file could not be
///   opened
record FileVerdict(String file, Verdict verdict) {
  private static final int LOG_LINES = 20;
  private static final int LOG_LENGTH = 16_384;

  static FileVerdict of(String file, Verdict v) {
    return new FileVerdict(
        file,
        new Verdict(
            v.program(),
            v.section(),
            v.type(),
            v.outcome(),
            v.stage(),
            v.errno(),
            v.message(),
            tail(v.log()),
            v.processed(),
            v.states(),
            v.tag(),
            v.code(),
            v.time(),
            v.explanation()));
  }

  /// A file that could not be opened.
  static FileVerdict unopened(String file, String message) {
    return error(file, null, Verdict.Stage.OPEN, message);
  }

  /// A program of which the kernel was not asked. The stage is the first after opening.
  static FileVerdict unasked(String file, ProgramSpec program, String message) {
    return error(file, program, Verdict.Stage.RELOCATE, message);
  }

  private static FileVerdict error(
      String file, @Nullable ProgramSpec program, Verdict.Stage stage, String message) {
    return new FileVerdict(
        file,
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
            Duration.ZERO));
  }

  private static String tail(String log) {
    var end = log.length();
    while (end > 0 && Character.isWhitespace(log.charAt(end - 1))) {
      end--;
    }
    var start = end;
    for (int lines = 0; lines < LOG_LINES && start >= 0; lines++) {
      start = log.lastIndexOf('\n', start - 1);
    }
    return log.substring(Math.max(start + 1, end - LOG_LENGTH), end);
  }

  boolean ok() {
    return verdict.outcome() == Verdict.Outcome.OK;
  }

  /// Whether this is said of a program, and not of a file that could not be opened.
  boolean ofProgram() {
    return !verdict.program().isEmpty();
  }

  /// `ok`, `rejected` or `error`.
  String outcome() {
    return verdict.outcome().name().toLowerCase(Locale.ROOT);
  }

  /// `open`, `relocate`, `maps` or `load`.
  String stage() {
    return verdict.stage().name().toLowerCase(Locale.ROOT);
  }

  /// The name of the error number, or null where there is none.
  @Nullable String errnoName() {
    return verdict.errno() == 0 ? null : Errno.name(verdict.errno());
  }

  /// The hash of the instructions, in hexadecimal, or null where they never were complete.
  @Nullable String hash() {
    return verdict.code().map(c -> "%016x".formatted(c.hash())).orElse(null);
  }

  /// As an object of JSON, on one line.
  String toJson() {
    return Json.object(json ->
        json.put("file", file)
            .put("program", verdict.program())
            .put("section", verdict.section())
            .put("type", verdict.type().map(t -> t.label()).orElse(null))
            .put("verdict", outcome())
            .put("errno", verdict.errno())
            .put("errno_name", errnoName())
            .put("stage", stage())
            .put("message", verdict.message())
            .putKnown("verified_insns", verdict.processed())
            .putKnown("states", verdict.states())
            .put("time_micros", verdict.time().toNanos() / 1000)
            .put("log_tail", verdict.log())
            .put("tag", verdict.tag().isEmpty() ? null : verdict.tag())
            .putKnown("insn_count", verdict.code().map(Verdict.Code::count).orElse(-1))
            .put("insn_fnv", hash())
            .putJson(
                "explanation", verdict.explanation().map(ExplanationJson::object).orElse("null")));
  }
}
