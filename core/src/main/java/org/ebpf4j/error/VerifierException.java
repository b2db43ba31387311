package org.ebpf4j.error;

import java.util.Optional;
import java.util.OptionalInt;
import org.ebpf4j.verifierlog.Explanation;
import org.ebpf4j.verifierlog.ProgramCode;
import org.ebpf4j.verifierlog.SourceLine;
import org.ebpf4j.verifierlog.VerifierLog;
import org.jspecify.annotations.Nullable;

/// The kernel's verifier rejected a program. The message is the telling line of its log, what
/// usually mends it, the line of C with a mark at its column, and what led there; [#explanation()]
/// is the same as values, [#log()] the log.
public final class VerifierException extends KernelException {
  private static final long serialVersionUID = 2L;

  private final String program;
  private final String log;

  /// Not written with the exception: without it, the log is read again.
  private final transient @Nullable Explanation explanation;

  /// The rejection of `program`.
  public VerifierException(
      String program, int errno, Explanation explanation, String message, String log) {
    super("PROG_LOAD", errno, message);
    this.program = program;
    this.explanation = explanation;
    this.log = log;
  }

  /// The name of the rejected program.
  public String program() {
    return program;
  }

  /// Why: the fault, the instruction and the line of C, the register whose value is at fault, and
  /// the steps that led there.
  public Explanation explanation() {
    return explanation == null ? new VerifierLog(log).explain(ProgramCode.UNKNOWN) : explanation;
  }

  /// The index (in 8-byte slots) of the instruction that the verifier was at, if its log says.
  public OptionalInt instruction() {
    return explanation().at().stream().mapToInt(Explanation.Step::instruction).findFirst();
  }

  /// The source line of that instruction as `file:line text`, where the object has line
  /// information.
  public Optional<String> sourceLine() {
    return explanation().at().flatMap(Explanation.Step::line).map(SourceLine::describe);
  }

  /// The verifier's log: all of it up to 4 MB. Of a longer one it is the end, at least 1 MB; a
  /// kernel before 6.4 keeps the beginning instead.
  public String log() {
    return log;
  }
}
